# Nearest decision flips of a LightGBM and a scikit-learn model that a large random search found, each judged by the peer's own
# predict. No certified distance may lie beyond one of them, and our attack must come as near.
# uv run --with lightgbm==4.6.0 --with scikit-learn==1.7.2 freeze-attacks.py > attacks.golden.json
import json

import lightgbm as lgb
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

data = load_breast_cancer()
X, y = data.data[:, :6], data.target
names = [name.replace(" ", "_") for name in data.feature_names[:6]]
spread = X.std(axis=0, ddof=1)
low, high = X.min(axis=0), X.max(axis=0)
rng = np.random.default_rng(3)

forest = lgb.train(
    dict(objective="binary", num_leaves=12, learning_rate=0.2, verbose=-1, seed=1, num_threads=1, deterministic=True),
    lgb.Dataset(X, y, feature_name=names),
    40,
)
linear = LogisticRegression(C=0.5, max_iter=10_000).fit((X - X.mean(axis=0)) / spread, y)


def forest_class(rows):
    return (forest.predict(rows) >= 0.5).astype(int)


def linear_class(rows):
    return linear.predict((rows - X.mean(axis=0)) / spread)


def nearest(decide, row):
    own = decide(row[None])[0]
    best, found = np.inf, None
    for radius in np.geomspace(0.005, 3, 40):
        if radius >= best:
            break
        for _ in range(5):
            step = rng.uniform(-radius, radius, size=(4000, len(row)))
            # Corners matter as much as what lies between them.
            step[::2] = np.sign(step[::2]) * radius
            tried = np.clip(row + step * spread, low, high)
            flips = tried[decide(tried) != own]
            if len(flips):
                size = np.abs((flips - row) / spread).max(axis=1)
                k = size.argmin()
                if size[k] < best:
                    best, found = float(size[k]), flips[k].tolist()
    return dict(distance=None if found is None else best, flipped=found)


rows = rng.choice(len(X), 12, replace=False)
print(
    json.dumps(
        dict(
            names=names,
            X=X.tolist(),
            rows=rows.tolist(),
            lightgbm=forest.model_to_string(),
            forest=[nearest(forest_class, X[r]) for r in rows],
            forestClass=forest_class(X[rows]).tolist(),
            linear=dict(
                mean=X.mean(axis=0).tolist(),
                scale=spread.tolist(),
                weights=linear.coef_[0].tolist(),
                bias=float(linear.intercept_[0]),
                classes=linear_class(X[rows]).tolist(),
                # Moved all alike: the distance to the plane in the greatest change.
                distance=(
                    np.abs(linear.decision_function((X[rows] - X.mean(axis=0)) / spread)) / np.abs(linear.coef_[0]).sum()
                ).tolist(),
                found=[nearest(linear_class, X[r]) for r in rows],
            ),
        )
    )
)
