"""Freezes peers' figures beside the rows they were taken on:
uv run --python python3 --with scikit-learn==1.7.2 measures.oracle.py > measures.golden.json
scikit-learn 1.7.2, numpy 2.4.6. Comparison tolerance: 1e-12 of the value (at least 1e-12)."""
import json
import warnings
import numpy as np
from sklearn import metrics as m

warnings.filterwarnings("ignore")
rng = np.random.default_rng(71)
cases = []


def add(kind, given, options, values, weights=None):
    case = dict(kind=kind, given=given, options=options, values=values)
    if weights is not None:
        case["weights"] = weights.tolist()
    cases.append(case)


def weights_of(n, weighted):
    return rng.integers(0, 4, n) + rng.random(n) if weighted else np.ones(n)


for weighted in (False, True):
    n = 120
    y = (rng.random(n) < 0.3).astype(int)
    s = np.round(1 / (1 + np.exp(-(rng.normal(size=n) + 1.5 * y - 1))), 2)
    w = weights_of(n, weighted)
    p = (s >= 0.4).astype(int)
    k = dict(sample_weight=w)
    c = m.confusion_matrix(y, p, **k)
    cost = (c * np.array([[-0.5, 1.0], [5.0, -2.0]])).sum() / w.sum()
    add("binary", dict(scores=s.tolist(), labels=y.tolist()),
        dict(threshold=0.4, beta=2, costs=dict(falsePositive=1, falseNegative=5, truePositive=-2, trueNegative=-0.5)),
        dict(fBetaScore=m.fbeta_score(y, p, beta=2, **k), specificityScore=m.recall_score(y, p, pos_label=0, **k),
             negativePredictiveScore=m.precision_score(y, p, pos_label=0, **k), kappaScore=m.cohen_kappa_score(y, p, **k),
             meanCostLoss=float(cost)), w if weighted else None)

    y = rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])
    p = np.where(rng.random(n) < 0.6, y, rng.choice(4, n))
    w = weights_of(n, weighted)
    k = dict(sample_weight=w)
    costs = rng.integers(0, 9, (4, 4))
    np.fill_diagonal(costs, 0)
    values = dict(mccScore=m.matthews_corrcoef(y, p, **k), kappaScore=m.cohen_kappa_score(y, p, **k),
                  meanCostLoss=float((m.confusion_matrix(y, p, **k) * costs).sum() / w.sum()))
    for average in ("macro", "micro", "weighted"):
        values[average + "PrecisionScore"] = m.precision_score(y, p, average=average, **k)
        values[average + "RecallScore"] = m.recall_score(y, p, average=average, **k)
        values[average + "FBetaScore"] = m.fbeta_score(y, p, beta=0.5, average=average, **k)
    each = zip("abcd", m.precision_score(y, p, average=None, **k), m.recall_score(y, p, average=None, **k),
               m.fbeta_score(y, p, beta=0.5, average=None, **k))
    for name, precision, recall, f in each:
        values |= {"precisionScore/" + name: precision, "recallScore/" + name: recall, "fBetaScore/" + name: f}
    add("class", dict(labels=y.tolist(), predictions=p.tolist(), classes=list("abcd")),
        dict(beta=0.5, costs=costs.tolist()), values, w if weighted else None)

    y = rng.gamma(2, 2, n)
    s = y * np.exp(rng.normal(size=n) * 0.4)
    w = weights_of(n, weighted)
    k = dict(sample_weight=w)
    for power in (-1, 0, 1.5, 3):
        add("regression", dict(scores=s.tolist(), labels=y.tolist()), dict(quantile=0.9, power=power),
            dict(smapeError=float(np.average(2 * abs(y - s) / (abs(y) + abs(s)), weights=w)),
                 pinballLoss=m.mean_pinball_loss(y, s, alpha=0.9, **k),
                 poissonDevianceLoss=m.mean_poisson_deviance(y, s, **k), gammaDevianceLoss=m.mean_gamma_deviance(y, s, **k),
                 tweedieDevianceLoss=m.mean_tweedie_deviance(y, s, power=power, **k)), w if weighted else None)

    queries, size = 15, 9
    gains = rng.integers(0, 4, (queries, size)) * (rng.random((queries, size)) < 0.5)
    gains[:, 0] = np.maximum(gains[:, 0], 1)
    scores = np.round(gains * 0.4 + rng.normal(size=(queries, size)), 0 if weighted else 3)
    w = weights_of(queries, weighted)
    for top in (3, None):
        ap = [m.average_precision_score(g > 0, r) for g, r in zip(gains, scores)]
        add("ranking", dict(scores=scores.ravel().tolist(), labels=gains.ravel().tolist(),
                            queries=np.repeat(np.arange(queries), size).tolist()), dict(top=top) if top else {},
            dict(ndcgScore=m.ndcg_score(gains, scores, k=top, sample_weight=w),
                 mapScore=float(np.average(ap, weights=w))), w if weighted else None)

    series = 20 + np.cumsum(rng.normal(size=80)) + 5 * np.sin(np.arange(80) * np.pi / 6)
    history, y = series[:60], series[60:]
    s = y + rng.normal(size=20)
    low, high = s - 1.2, s + 1.3
    w = weights_of(20, weighted)
    change = history[12:] - history[:-12]
    inside = (y >= low) & (y <= high)
    outside = np.maximum(0, np.maximum(low - y, y - high))
    add("forecast", dict(scores=s.tolist(), labels=y.tolist()),
        dict(history=history.tolist(), season=12, interval=dict(low=low.tolist(), high=high.tolist(), level=0.8)),
        dict(maseError=m.mean_absolute_error(y, s, sample_weight=w) / float(abs(change).mean()),
             rmsseError=float(np.sqrt(m.mean_squared_error(y, s, sample_weight=w) / (change ** 2).mean())),
             coverageScore=float(np.average(inside, weights=w)), coverageError=float(abs(np.average(inside, weights=w) - 0.8)),
             meanWidthError=float(np.average(high - low, weights=w)),
             intervalLoss=float(np.average(high - low + 2 / 0.2 * outside, weights=w))), w if weighted else None)

print(json.dumps(cases, default=float))
