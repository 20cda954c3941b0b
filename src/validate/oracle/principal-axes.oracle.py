# uv run --with scikit-learn==1.7.2 principal-axes.oracle.py > principal-axes.golden.json
# Axes, variances and reconstruction errors of standardized rows, as scikit-learn finds them.
import json
import numpy as np
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

random = np.random.default_rng(5)
base = random.normal(size=(60, 2))
rows = np.round(np.column_stack([base[:, 0], base[:, 0] + 0.3 * random.normal(size=60), base[:, 1], base[:, 1] * 2 - base[:, 0], random.normal(size=60)]), 3)
scaled = StandardScaler().fit_transform(rows)
pca = PCA(n_components=0.65, svd_solver="full").fit(scaled)
back = pca.inverse_transform(pca.transform(scaled))
whole = PCA().fit(scaled)
print(json.dumps({
    "rows": rows.tolist(),
    "axes": int(pca.n_components_),
    # scikit-learn divides by n - 1.
    "variances": (whole.explained_variance_ * 59 / 60).tolist(),
    "errors": np.linalg.norm(scaled - back, axis=1).tolist(),
}))
