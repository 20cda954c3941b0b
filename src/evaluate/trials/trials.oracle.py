"""Freezes peers' figures beside the rows they were taken on:
uv run --python python3 --with statsmodels==0.15.0 --with scikit-learn==1.7.2 trials.oracle.py > trials.golden.json
statsmodels 0.15.0, scipy 1.17.1, scikit-learn 1.7.2. Comparison tolerance: 1e-10 (p-values), 1e-12 (the rest)."""
import json
import numpy as np
from scipy import stats
from sklearn.calibration import calibration_curve
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(5)
out = dict(mcnemar=[], folds=[], holm=[], calibration=[])
for b, c in ((0, 3), (4, 9), (10, 10), (25, 60), (300, 240), (1, 0)):
    table = [[50, b], [c, 20]]
    plain = mcnemar(table, exact=False, correction=True)
    out["mcnemar"].append(dict(b=b, c=c, exact=mcnemar(table, exact=True).pvalue, statistic=plain.statistic, pValue=plain.pvalue))
for folds in (2, 5, 10, 100):
    a, b = 0.8 + rng.normal(size=folds) * 0.02, 0.79 + rng.normal(size=folds) * 0.02
    d = a - b
    t = d.mean() / np.sqrt((1 / folds + 0.25) * d.var(ddof=1))
    out["folds"].append(dict(first=a.tolist(), second=b.tolist(), testShare=0.25, t=t, pValue=2 * stats.t.sf(abs(t), folds - 1)))
for n in (1, 4, 12):
    p = rng.random(n) ** 3
    out["holm"].append(dict(given=p.tolist(), adjusted=multipletests(p, method="holm")[1].tolist()))
for by in ("width", "count"):
    s = rng.beta(2, 3, 400)
    y = (rng.random(400) < s ** 1.2).astype(int)
    share, mean = calibration_curve(y, s, n_bins=10, strategy="uniform" if by == "width" else "quantile")
    edges = np.linspace(0, 1, 11) if by == "width" else np.percentile(s, np.linspace(0, 100, 11))
    place = np.searchsorted(edges[1:-1], s)
    n = np.array([(place == i).sum() for i in range(10) if (place == i).any()])
    statistic = (n * (share - mean) ** 2 / (mean * (1 - mean))).sum()
    out["calibration"].append(dict(
        by=by, scores=s.tolist(), labels=y.tolist(), shares=share.tolist(), means=mean.tolist(), rows=n.tolist(),
        expectedError=(n * abs(share - mean)).sum() / 400, maximumError=abs(share - mean).max(), bias=s.mean() - y.mean(),
        statistic=statistic, pValue=stats.chi2.sf(statistic, len(n)), fitted=stats.chi2.sf(statistic, len(n) - 2)))
print(json.dumps(out, default=float))
