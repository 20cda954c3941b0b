"""Freezes scipy's distribution functions: python significance.oracle.py > significance.golden.json
scipy 1.17.1, numpy 2.4.6. Comparison tolerance: 1e-11 relative."""
import json
import numpy as np
from scipy import stats

rng = np.random.default_rng(7)
ks = []
for n, m, shift in [(50, 50, 0.0), (40, 75, 0.4), (300, 120, 0.6), (500, 400, 0.1)]:
    a, b = np.round(rng.normal(size=n), 3), np.round(rng.normal(size=m) + shift, 3)
    r = stats.ks_2samp(a, b, method="exact")
    ks.append(dict(a=a.tolist(), b=b.tolist(), distance=float(r.statistic), pValue=float(r.pvalue), wasserstein=float(stats.wasserstein_distance(a, b))))
tables = [(0, 1000, 1, 30), (5, 200, 9, 80), (3, 50, 0, 45), (40, 400, 90, 500)]
proportions = []
for k, n, l, m in tables:
    pooled = (k + l) / (n + m)
    z = (l / m - k / n) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    up, low = stats.hypergeom.sf(l - 1, n + m, k + l, m), stats.hypergeom.cdf(l, n + m, k + l, m)
    exact = min(pooled, 1 - pooled) * min(n, m) < 10
    proportions.append(dict(k=k, n=n, l=l, m=m, z=float(z), greater=float(up if exact else stats.norm.sf(z)),
                            both=float(min(1, 2 * min(up, low)) if exact else 2 * stats.norm.sf(abs(z)))))
print(json.dumps(dict(
    chiSquareTail=[[x, k, float(stats.chi2.sf(x, k))] for x, k in [(0.1, 1), (3.84, 1), (12, 5), (80, 40), (30, 40.5), (400, 224), (150, 9), (1200, 1000), (1e-3, 0.3)]],
    normalTail=[[z, float(stats.norm.sf(z))] for z in [-5, -1.3, 0, 0.5, 1.96, 4, 9, 30]],
    normalQuantile=[[p, float(stats.norm.ppf(p))] for p in [1e-300, 1e-12, 0.001, 0.025, 0.3, 0.5, 0.6, 0.925, 0.975, 0.9999999]],
    ks=ks, proportions=proportions,
    falseDiscovery=dict(p=[0.01, 0.04, 0.03, 0.005, 0.5, 0.02], adjusted=stats.false_discovery_control([0.01, 0.04, 0.03, 0.005, 0.5, 0.02]).tolist()))))
