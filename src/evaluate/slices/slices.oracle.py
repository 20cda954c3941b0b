"""Freezes SciPy's Welch tests and Benjamini-Hochberg adjustment beside the rows they were taken on:
uv run --python python3 --with scipy==1.17.1 slices.oracle.py > slices.golden.json
scipy 1.17.1, numpy 2.4.6. Comparison tolerance: 1e-9 of the p-value (incomplete beta by another method)."""
import json
import numpy as np
from scipy.stats import false_discovery_control, ttest_ind

rng = np.random.default_rng(7)
n = 400
site = rng.choice(["a", "b", "c", "d"], n)
shift = rng.choice(["day", "night"], n)
y = (rng.random(n) < 0.4).astype(int)
noise = rng.normal(size=n) * 0.7
good = 1 / (1 + np.exp(-(2.2 * (2 * y - 1) + noise)))
bad = 1 / (1 + np.exp(-(-0.5 * (2 * y - 1) + noise)))
score = np.where((site == "c") & (shift == "night"), bad, good)
loss = -np.log(np.where(y == 1, score, 1 - score))
names, p, gaps = [], [], []
cells = [("site", site, v) for v in "abcd"] + [("shift", shift, v) for v in ("day", "night")]
masks = [(f"{c} = {v}", col == v) for c, col, v in cells]
masks += [(f"site = {s} * shift = {t}", (site == s) & (shift == t)) for s in "abcd" for t in ("day", "night")]
for name, mask in masks:
    names.append(name)
    p.append(float(ttest_ind(loss[mask], loss[~mask], equal_var=False, alternative="greater").pvalue))
    gaps.append(float(loss[mask].mean() - loss[~mask].mean()))
adjusted = false_discovery_control(p, method="bh")
print(json.dumps(dict(scores=score.tolist(), labels=y.tolist(), site=site.tolist(), shift=shift.tolist(),
                      slices={k: dict(pValue=a, adjustedP=float(b), gap=g) for k, a, b, g in zip(names, p, adjusted, gaps)})))
