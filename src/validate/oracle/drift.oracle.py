# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.3.4", "scipy==1.16.3"]
# ///
"""Freezes distances and p-values of scipy for tables of counts and weighted samples: uv run drift.oracle.py"""
import json
import pathlib

import numpy as np
from scipy import stats
from scipy.spatial import distance

rng = np.random.default_rng(11)
tables = []
for cells, n, m, shift in [(4, 200, 100, 0.0), (4, 200, 100, 0.3), (10, 1000, 500, 0.1), (25, 5000, 4000, 0.02)]:
    p = rng.dirichlet(np.full(cells, 5.0))
    q = p * (1 - shift) + shift * rng.dirichlet(np.full(cells, 5.0))
    a, b = rng.multinomial(n, p), rng.multinomial(m, q)
    keep = (a + b) > 0
    a, b = a[keep], b[keep]
    chi = stats.chi2_contingency([a, b], correction=False)
    g = stats.chi2_contingency([a, b], correction=False, lambda_="log-likelihood")
    pa, pb = a / n, b / m
    tables.append({
        "a": a.tolist(), "b": b.tolist(),
        "chi2": float(np.sqrt(chi.statistic / (n + m))), "chi2P": float(chi.pvalue),
        "gtest": float(np.sqrt(g.statistic / (n + m))), "gtestP": float(g.pvalue),
        "js": float(distance.jensenshannon(pa, pb, base=2) ** 2),
        "hellinger": float(distance.euclidean(np.sqrt(pa), np.sqrt(pb)) / np.sqrt(2)),
        "tvd": float(distance.cityblock(pa, pb) / 2),
        "linf": float(distance.chebyshev(pa, pb)),
        "nad": float(distance.chebyshev(a, b) / (n + m)),
    })
moves = []
for n, m in [(30, 40), (200, 50)]:
    a, b = rng.normal(size=n), rng.normal(0.5, 2, size=m)
    v, w = rng.uniform(0, 3, size=n), rng.uniform(0.5, 1, size=m)
    moves.append({"a": a.tolist(), "b": b.tolist(), "aWeights": v.tolist(), "bWeights": w.tolist(),
                  "wasserstein": float(stats.wasserstein_distance(a, b, v, w))})
out = pathlib.Path(__file__).with_name("drift.golden.json")
out.write_text(json.dumps({"tables": tables, "moves": moves}) + "\n")
