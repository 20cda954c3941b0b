"""Freezes scikit-learn's metrics beside the rows they were taken on: 
uv run --python python3 --with scikit-learn==1.7.2 --with scipy==1.17.1 metrics.oracle.py > metrics.golden.json
scikit-learn 1.7.2, scipy 1.17.1, numpy 2.4.6. Comparison tolerance: 1e-12."""
import json
import numpy as np
from scipy.stats import binomtest
from sklearn import metrics as m

rng = np.random.default_rng(20)


def binary(n, weighted, ties):
    y = (rng.random(n) < 0.35).astype(int)
    s = 1 / (1 + np.exp(-(rng.normal(size=n) + 1.3 * y - 0.8)))
    if ties:
        s = np.round(s, 1)
    w = rng.integers(0, 5, n) + rng.random(n) if weighted else np.ones(n)
    p = (s >= 0.5).astype(int)
    k = dict(sample_weight=w)
    fpr, tpr, _ = m.roc_curve(y, s, drop_intermediate=False, **k)
    order = np.argsort(-s, kind="stable")
    top, left, seen = w.sum() / 10, w.sum() / 10, 0.0
    for v in np.unique(s)[::-1]:
        g = s == v
        take = min(1.0, left / w[g].sum()) if w[g].sum() else 0
        seen += take * (w[g] * y[g]).sum()
        left -= take * w[g].sum()
        if left <= 1e-15:
            break
    b = np.minimum(9, np.floor(s * 10)).astype(int)
    ece = sum(abs((w * (s - y))[b == i].sum()) for i in range(10)) / w.sum()
    values = dict(
        rocAucScore=m.roc_auc_score(y, s, **k), prAucScore=m.average_precision_score(y, s, **k),
        logLoss=m.log_loss(y, s, **k), brierLoss=m.brier_score_loss(y, s, **k),
        accuracyScore=m.accuracy_score(y, p, **k), balancedAccuracyScore=m.balanced_accuracy_score(y, p, **k),
        precisionScore=m.precision_score(y, p, **k), recallScore=m.recall_score(y, p, **k), f1Score=m.f1_score(y, p, **k),
        mccScore=m.matthews_corrcoef(y, p, **k), ksScore=float(np.max(np.abs(tpr - fpr))),
        liftScore=float(seen / top / ((w * y).sum() / w.sum())), calibrationError=float(ece),
        fBetaScore=m.fbeta_score(y, p, beta=2, **k), specificityScore=m.recall_score(y, p, pos_label=0, **k),
        negativePredictiveScore=m.precision_score(y, p, pos_label=0, **k), kappaScore=m.cohen_kappa_score(y, p, **k),
        captureScore=float(seen / (w * y).sum()))
    out = dict(task="binary", scores=s.tolist(), labels=y.tolist(), values=values)
    if weighted:
        out["weights"] = w.tolist()
    else:
        pos, neg = s[y == 1], s[y == 0]
        psi = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
        out["delongVariance"] = float(psi.mean(1).var(ddof=1) / len(pos) + psi.mean(0).var(ddof=1) / len(neg))
        ci = binomtest(int((p == y).sum()), n).proportion_ci(0.95, "wilson")
        out["wilsonAccuracy"] = [float(ci.low), float(ci.high)]
    return out


def multiclass(n, weighted):
    y = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    z = rng.normal(size=(n, 3)) + 1.2 * np.eye(3)[y]
    s = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    w = rng.integers(0, 4, n) + rng.random(n) if weighted else np.ones(n)
    p = s.argmax(1)
    k = dict(sample_weight=w)
    auc = np.mean([m.roc_auc_score(y == c, s[:, c], **k) for c in range(3)])
    values = dict(
        rocAucScore=float(auc), logLoss=m.log_loss(y, s, labels=[0, 1, 2], **k), accuracyScore=m.accuracy_score(y, p, **k),
        balancedAccuracyScore=m.balanced_accuracy_score(y, p, **k), macroF1Score=m.f1_score(y, p, average="macro", **k),
        microF1Score=m.f1_score(y, p, average="micro", **k), weightedF1Score=m.f1_score(y, p, average="weighted", **k), mccScore=m.matthews_corrcoef(y, p, **k),
        kappaScore=m.cohen_kappa_score(y, p, **k))
    for average in ("macro", "micro", "weighted"):
        values[average + "PrecisionScore"] = m.precision_score(y, p, average=average, **k)
        values[average + "RecallScore"] = m.recall_score(y, p, average=average, **k)
        values[average + "FBetaScore"] = m.fbeta_score(y, p, beta=2, average=average, **k)
    by_class = dict(precisionScore=m.precision_score(y, p, average=None, **k).tolist(),
                    recallScore=m.recall_score(y, p, average=None, **k).tolist(),
                    f1Score=m.f1_score(y, p, average=None, **k).tolist())
    out = dict(byClass=by_class, task="multiclass", scores=s.ravel().tolist(), labels=y.tolist(), classes=["a", "b", "c"], values=values,
               confusion=m.confusion_matrix(y, p, **k).tolist())
    if weighted:
        out["weights"] = w.tolist()
    return out


def regression(n, weighted):
    y = 5 + rng.normal(size=n)
    s = y + rng.normal(size=n) * 0.7
    w = rng.integers(0, 4, n) + rng.random(n) if weighted else np.ones(n)
    k = dict(sample_weight=w)
    values = dict(rmseError=m.root_mean_squared_error(y, s, **k), maeError=m.mean_absolute_error(y, s, **k),
                  mapeError=m.mean_absolute_percentage_error(y, s, **k), r2Score=m.r2_score(y, s, **k),
                  smapeError=float(np.average(2 * abs(y - s) / (abs(y) + abs(s)), weights=w)),
                  pinballLoss=m.mean_pinball_loss(y, s, alpha=0.5, **k),
                  poissonDevianceLoss=m.mean_poisson_deviance(y, s, **k), gammaDevianceLoss=m.mean_gamma_deviance(y, s, **k),
                  tweedieDevianceLoss=m.mean_tweedie_deviance(y, s, power=1.5, **k))
    out = dict(task="regression", scores=s.tolist(), labels=y.tolist(), values=values)
    if weighted:
        out["weights"] = w.tolist()
    return out


def paired(n):
    y = (rng.random(n) < 0.4).astype(int)
    a = rng.normal(size=n) + y
    b = 0.5 * a + rng.normal(size=n) * 0.8 + 0.3 * y
    def parts(s):
        pos, neg = s[y == 1], s[y == 0]
        psi = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
        return psi.mean(), psi.mean(1), psi.mean(0)
    (ua, xa, ya), (ub, xb, yb) = parts(a), parts(b)
    se = np.sqrt((xa - xb).var(ddof=1) / len(xa) + (ya - yb).var(ddof=1) / len(ya))
    return dict(labels=y.tolist(), first=a.tolist(), second=b.tolist(), difference=float(ua - ub), standardError=float(se))


cases = [binary(80, False, False), binary(80, True, False), binary(80, False, True), binary(80, True, True),
         multiclass(90, False), multiclass(90, True), regression(60, False), regression(60, True)]
as_float = lambda o: float(o)
print(json.dumps(dict(cases=cases, paired=paired(70)), default=as_float))
