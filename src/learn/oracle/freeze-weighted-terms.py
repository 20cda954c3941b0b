"""Freezes scikit-learn's logistic, softmax and ridge regression on weighted sparse rows, at each inverse strength:
uv run --with scikit-learn==1.9.1 freeze-weighted-terms.py > weighted-terms.golden.json"""
import json
import sys
import numpy as np
import sklearn
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression, Ridge

random = np.random.default_rng(3)
rows, width = 240, 8
dense = (random.random((rows, width)) < 0.3) * np.round(random.random((rows, width)) + 0.5, 3)
weights = random.integers(0, 4, rows).astype(float)
effect = random.normal(0, 1.5, width)
noise = random.normal(0, 1, rows)
value = np.round(dense @ effect + noise, 3)
# Where the weights are great the effects are others, so that whoever passes them over learns something else.
value = np.where(weights >= 2, np.round(value - 2 * dense[:, 0], 3), value)
binary = (value > 0).astype(int)
three = np.digitize(value, [-0.7, 0.7])
sparse = csr_matrix(dense)
out = {
    "sklearn": sklearn.__version__,
    "starts": sparse.indptr.tolist(),
    "indexes": sparse.indices.tolist(),
    "values": sparse.data.tolist(),
    "width": width,
    "weights": weights.tolist(),
    "tasks": {},
}
for task, target in {"binary": binary, "multiclass": three, "regression": value}.items():
    fits = []
    for c in [1, 4, 16, 64]:
        if task == "regression":
            model = Ridge(alpha=1 / c, tol=1e-12).fit(dense, target, sample_weight=weights)
        else:
            model = LogisticRegression(C=c, tol=1e-12, max_iter=20000).fit(dense, target, sample_weight=weights)
        fits.append({"c": c, "weights": np.ravel(model.coef_).tolist(), "bias": np.ravel(model.intercept_).tolist()})
    out["tasks"][task] = {"target": target.tolist(), "fits": fits}
json.dump(out, sys.stdout)
