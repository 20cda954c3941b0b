"""Freezes scikit-learn's figures where metrics have edges: ties, one class, classes that are never predicted, weights of 0:
uv run --python python3 --with scikit-learn==1.7.2 --with scipy==1.17.1 edges.oracle.py > edges.golden.json
scikit-learn 1.7.2, scipy 1.17.1. Comparison tolerance: 1e-12 of the value (at least 1e-12).
None stands where the peer warns that the rows do not define the metric, raises, or answers NaN; and where it puts a number of
its own in place of 0/0 without a word (`undefined`)."""
import json
import math
import warnings
import numpy as np
from scipy.stats import spearmanr
from sklearn import metrics as m

rng = np.random.default_rng(7)
cases = []


def measured(run):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            value = float(run())
        except (Warning, ValueError, ZeroDivisionError):
            return None
    return value if math.isfinite(value) else None


def add(name, task, given, runs, w, undefined=(), options=None, **more):
    values = {k: None if k in undefined else measured(run) for k, run in runs.items()}
    case = dict(name=name, task=task, given=given, options=options or {}, values=values, **more)
    if w is not None:
        case["weights"] = np.asarray(w, dtype=float).tolist()
    cases.append(case)


def binary(name, y, s, w=None, undefined=()):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    p = (s >= 0.5).astype(int)
    v = np.ones(len(y)) if w is None else np.asarray(w, dtype=float)
    k = dict(sample_weight=v)
    both = len(set(y[v > 0])) == 2
    costs = dict(falsePositive=1, falseNegative=5, truePositive=-2, trueNegative=-0.5)

    def top(of_all):
        left, seen = v.sum() / 10, 0.0
        for value in np.unique(s)[::-1]:
            g = s == value
            weight = v[g].sum()
            if weight == 0:
                continue
            take = min(1.0, left / weight)
            seen += take * (v[g] * y[g]).sum()
            left -= take * weight
            if left <= 1e-15 * v.sum():
                break
        found = (v * y).sum()
        return seen / found if of_all else seen / (v.sum() / 10) / (found / v.sum())

    def ks():
        fpr, tpr, _ = m.roc_curve(y, s, drop_intermediate=False, **k)
        return np.max(np.abs(tpr - fpr))

    def ece():
        b = np.minimum(9, np.floor(s * 10)).astype(int)
        return sum(abs((v * (s - y))[b == i].sum()) for i in range(10)) / v.sum()

    def cost():
        c = m.confusion_matrix(y, p, labels=[0, 1], **k)
        return (c * np.array([[-0.5, 1.0], [5.0, -2.0]])).sum() / v.sum()

    nothing_found = both and len(set(p[v > 0])) < 2
    mine = set(undefined)
    if nothing_found:
        mine |= {"mccScore"}
    if not both:
        mine |= {"balancedAccuracyScore", "mccScore", "rocAucScore", "ksScore"}
    if not (v * y).sum():
        mine |= {"prAucScore", "liftScore", "captureScore"}
    runs = dict(
        rocAucScore=lambda: m.roc_auc_score(y, s, **k), prAucScore=lambda: m.average_precision_score(y, s, **k),
        logLoss=lambda: m.log_loss(y, s, labels=[0, 1], **k),
        brierLoss=lambda: np.average((s - y) ** 2, weights=v),
        accuracyScore=lambda: m.accuracy_score(y, p, **k),
        balancedAccuracyScore=lambda: m.balanced_accuracy_score(y, p, **k),
        precisionScore=lambda: m.precision_score(y, p, **k), recallScore=lambda: m.recall_score(y, p, **k),
        f1Score=lambda: m.f1_score(y, p, **k), fBetaScore=lambda: m.fbeta_score(y, p, beta=2, **k),
        specificityScore=lambda: m.recall_score(y, p, pos_label=0, **k),
        negativePredictiveScore=lambda: m.precision_score(y, p, pos_label=0, **k),
        kappaScore=lambda: m.cohen_kappa_score(y, p, **k), mccScore=lambda: m.matthews_corrcoef(y, p, **k),
        ksScore=ks, liftScore=lambda: top(False), captureScore=lambda: top(True), calibrationError=ece, meanCostLoss=cost)
    add(name, "binary", dict(scores=s.tolist(), labels=y.tolist()), runs, w, mine, dict(costs=costs))


def multiclass(name, y, scores, w=None):
    y, scores = np.asarray(y), np.asarray(scores, dtype=float)
    n, c = scores.shape
    p = scores.argmax(1)
    v = np.ones(n) if w is None else np.asarray(w, dtype=float)
    k = dict(sample_weight=v)
    labels = list(range(c))
    costs = rng.integers(0, 9, (c, c))
    occurring = sorted(set(y[v > 0]) | set(p[v > 0]))
    present = sorted(set(y[v > 0]))
    runs = dict(
        rocAucScore=lambda: np.mean([m.roc_auc_score(y == i, scores[:, i], **k) for i in labels]),
        logLoss=lambda: m.log_loss(y, scores, labels=labels, **k), accuracyScore=lambda: m.accuracy_score(y, p, **k),
        balancedAccuracyScore=lambda: np.mean([m.recall_score(y == i, p == i, **k) for i in present]),
        mccScore=lambda: m.matthews_corrcoef(y, p, **k), kappaScore=lambda: m.cohen_kappa_score(y, p, **k),
        macroF1Score=lambda: m.f1_score(y, p, average="macro", labels=occurring, **k),
        microF1Score=lambda: m.f1_score(y, p, average="micro", labels=occurring, **k),
        weightedF1Score=lambda: m.f1_score(y, p, average="weighted", labels=present, **k),
        meanCostLoss=lambda: (m.confusion_matrix(y, p, labels=labels, **k) * costs).sum() / v.sum())
    for average in ("macro", "micro", "weighted"):
        of = present if average == "weighted" else occurring
        runs[average + "PrecisionScore"] = lambda a=average, o=of: m.precision_score(y, p, average=a, labels=o, **k)
        runs[average + "RecallScore"] = lambda a=average, o=of: m.recall_score(y, p, average=a, labels=o, **k)
        runs[average + "FBetaScore"] = lambda a=average, o=of: m.fbeta_score(y, p, beta=2, average=a, labels=o, **k)
    undefined = {"mccScore", "kappaScore"} if len(occurring) < 2 else set()
    if len(set(p[v > 0])) < 2 or len(present) < 2:
        undefined |= {"mccScore"}
    if any(i not in present or len(present) < 2 for i in labels):
        undefined |= {"rocAucScore"}
    each = {}
    for i in labels:
        each[i] = [measured(lambda: m.precision_score(y == i, p == i, **k)), measured(lambda: m.recall_score(y == i, p == i, **k)),
                   measured(lambda: m.f1_score(y == i, p == i, **k)) if i in occurring else None]
    add(name, "multiclass", dict(scores=scores.ravel().tolist(), labels=y.tolist(), classes=list("abcdefgh"[:c])), runs, w, undefined,
        dict(costs=costs.tolist()), confusion=m.confusion_matrix(y, p, labels=labels, **k).tolist(), byClass=[each[i] for i in labels])


def regression(name, y, s, w=None):
    y, s = np.asarray(y, dtype=float), np.asarray(s, dtype=float)
    v = np.ones(len(y)) if w is None else np.asarray(w, dtype=float)
    k = dict(sample_weight=v)
    undefined = set()
    if (y == 0).any():
        undefined |= {"mapeError"}
    if len(set(y[v > 0])) < 2:
        undefined |= {"r2Score"}

    def smape():
        size = abs(y) + abs(s)
        return np.average(np.where(size == 0, 0, 2 * abs(y - s) / np.where(size == 0, 1, size)), weights=v)
    add(name, "regression", dict(scores=s.tolist(), labels=y.tolist()), dict(
        rmseError=lambda: m.root_mean_squared_error(y, s, **k), maeError=lambda: m.mean_absolute_error(y, s, **k),
        mapeError=lambda: m.mean_absolute_percentage_error(y, s, **k), smapeError=smape,
        pinballLoss=lambda: m.mean_pinball_loss(y, s, alpha=0.9, **k), r2Score=lambda: m.r2_score(y, s, **k),
        poissonDevianceLoss=lambda: m.mean_poisson_deviance(y, s, **k), gammaDevianceLoss=lambda: m.mean_gamma_deviance(y, s, **k),
        tweedieDevianceLoss=lambda: m.mean_tweedie_deviance(y, s, power=1.5, **k)), w, undefined, dict(quantile=0.9, power=1.5))


def ranking(name, gains, scores, w=None, top=None):
    gains, scores = np.asarray(gains, dtype=float), np.asarray(scores, dtype=float)
    queries, size = gains.shape
    v = np.ones(queries) if w is None else np.asarray(w, dtype=float)
    kept = gains.max(1) > 0
    add(name, "regression", dict(scores=scores.ravel().tolist(), labels=gains.ravel().tolist()), dict(
        ndcgScore=lambda: m.ndcg_score(gains[kept], scores[kept], k=top, sample_weight=v[kept]),
        mapScore=lambda: np.average([m.average_precision_score(g > 0, r) for g, r in zip(gains[kept], scores[kept])], weights=v[kept])),
        None if w is None else np.repeat(v, size), ranking=dict(queries=np.repeat(np.arange(queries), size).tolist(), **(dict(top=top) if top else {})))


def forecast(name, history, season, y, s, low, high, level, w=None):
    history, y, s, low, high = (np.asarray(one, dtype=float) for one in (history, y, s, low, high))
    v = np.ones(len(y)) if w is None else np.asarray(w, dtype=float)
    change = abs(history[season:] - history[:-season])
    inside = (y >= low) & (y <= high)
    missed = np.maximum(0, np.maximum(low - y, y - high))
    add(name, "regression", dict(scores=s.tolist(), labels=y.tolist()), dict(
        maseError=lambda: m.mean_absolute_error(y, s, sample_weight=v) / float(change.mean()),
        rmsseError=lambda: np.sqrt(m.mean_squared_error(y, s, sample_weight=v) / float((change ** 2).mean())),
        coverageScore=lambda: np.average(inside, weights=v), coverageError=lambda: abs(np.average(inside, weights=v) - level),
        meanWidthError=lambda: np.average(high - low, weights=v),
        intervalLoss=lambda: np.average(high - low + 2 / (1 - level) * missed, weights=v)), w,
        forecast=dict(history=history.tolist(), season=season, interval=dict(low=low.tolist(), high=high.tolist(), level=level)))


def clusters(name, points, own, other, w=None):
    points, own, other = np.asarray(points, dtype=float), np.asarray(own), np.asarray(other)
    v = None if w is None else np.asarray(w)
    repeat = np.arange(len(own)) if v is None else np.repeat(np.arange(len(own)), v)
    add(name, "clusters", dict(points=points.ravel().tolist(), width=points.shape[1], labels=own.tolist(), others=other.tolist()), dict(
        silhouetteScore=lambda: np.average(m.silhouette_samples(points, own), weights=v),
        stabilityScore=lambda: m.adjusted_rand_score(own[repeat], other[repeat])), w)


def anomalies(name, scores, others, threshold, share, w=None):
    scores, others = np.asarray(scores, dtype=float), np.asarray(others, dtype=float)
    v = np.ones(len(scores)) if w is None else np.asarray(w, dtype=float)
    rank = lambda x: np.array([(x < one).sum() + ((x == one).sum() - 1) / 2 for one in x])
    spread = np.cov(rank(scores), rank(others), aweights=v, ddof=0)

    def likeness():
        return spearmanr(scores, others).statistic if w is None else spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1])
    add(name, "anomalies", dict(scores=scores.tolist(), others=others.tolist(), threshold=threshold, share=share), dict(
        stabilityScore=likeness, alarmShareError=lambda: abs(np.average(scores >= threshold, weights=v) - share)), w)


n = 60
for weighted in (False, True):
    tag = ", weighted" if weighted else ""
    weights = lambda size, whole=False: (rng.integers(0, 4, size) + (0 if whole else rng.random(size))) if weighted else None
    y = (rng.random(n) < 0.4).astype(int)
    s = np.round(1 / (1 + np.exp(-(rng.normal(size=n) + y))), 1)
    binary("ties" + tag, y, s, weights(n))
    binary("every score the same" + tag, y, np.full(n, 0.7), weights(n))
    binary("no positive predicted" + tag, y, s * 0.4, weights(n))
    binary("no positive label" + tag, np.zeros(n, int), s, weights(n))
    binary("no negative label" + tag, np.ones(n, int), s, weights(n))
    binary("perfect, scores of 0 and 1" + tag, y, y.astype(float), weights(n))
    binary("all wrong, scores of 0 and 1" + tag, y, 1.0 - y, weights(n))
    binary("one row" + tag, [1], [0.8], [2.5] if weighted else None)
    c = 4
    y = rng.choice(c, n, p=[0.4, 0.3, 0.2, 0.1])
    z = rng.normal(size=(n, c)) + np.eye(c)[y]
    scores = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    multiclass("all classes" + tag, y, scores, weights(n))
    level = np.array([[0.4, 0.4, 0.1, 0.1], [0.1, 0.4, 0.4, 0.1], [0.25, 0.25, 0.25, 0.25]])
    multiclass("ties between classes" + tag, y, level[rng.integers(0, 3, n)], weights(n))
    multiclass("a class never predicted" + tag, y, np.column_stack([scores[:, :3] + scores[:, 3:] / 3, np.zeros(n)]), weights(n))
    multiclass("a class without rows" + tag, np.minimum(y, 2), scores, weights(n))
    multiclass("one class" + tag, np.zeros(n, int), scores, weights(n))
    multiclass("every row predicted alike" + tag, y, np.tile([0.7, 0.1, 0.1, 0.1], (n, 1)), weights(n))
    y = rng.gamma(2, 2, n)
    s = y * np.exp(rng.normal(size=n) * 0.4)
    regression("amounts" + tag, y, s, weights(n))
    regression("counts with 0" + tag, rng.poisson(1.2, n), s, weights(n))
    regression("negative values" + tag, y - 4, s - 4, weights(n))
    regression("every label the same" + tag, np.full(n, 3.0), s, weights(n))
    regression("perfect" + tag, y, y, weights(n))
    regression("one row" + tag, [3.0], [2.0], [2.5] if weighted else None)
    gains = rng.integers(0, 4, (12, 7)) * (rng.random((12, 7)) < 0.4)
    gains[0] = 0
    gains[1:, 0] = np.maximum(gains[1:, 0], 1)
    scores = np.round(gains * 0.5 + rng.normal(size=gains.shape), 0)
    v = rng.random(12) + 0.1 if weighted else None
    ranking("ties, and a query without a relevant row" + tag, gains, scores, v)
    ranking("the first three places" + tag, gains, scores, v, 3)
    ranking("every score the same" + tag, gains[1:], np.zeros((11, 7)), v[1:] if weighted else None)
    series = 20 + np.cumsum(rng.normal(size=60)) + 5 * np.sin(np.arange(60) * np.pi / 6)
    at = series[48:] + rng.normal(size=12)
    forecast("season of twelve" + tag, series[:48], 12, series[48:], at, at - 1.5, at + 1, 0.8, weights(12))
    forecast("naive" + tag, series[:48], 1, series[48:], at, at - 1.5, at + 1, 0.9, weights(12))
    forecast("intervals that hold their ends, and all" + tag, series[:48], 1, series[48:], series[48:], series[48:], series[48:], 0.5, weights(12))
    own = rng.integers(0, 3, 40)
    clusters("three clusters" + tag, rng.normal(size=(40, 2)) + 3 * own[:, None], own, np.where(rng.random(40) < 0.8, own, 0), weights(40, True))
    one = np.round(rng.random(50), 1)
    anomalies("strange rows, ties" + tag, one, np.round(one + 0.2 * rng.random(50), 1), 0.9, 0.05, weights(50))

print(json.dumps(cases))
