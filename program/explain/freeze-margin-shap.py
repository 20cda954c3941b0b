"""Writes margin-shap.golden.json: what the shap package gives for multiclass models whose margin is not a sum of trees, beside
20 background rows: LinearExplainer of a softmax regression on numbers and indicators, ExactExplainer (every set of columns) of
a network on three numbers and one column of levels, and of a wide network with 11 numbers, too many for ours to try every set.

uv run --with scikit-learn==1.9.1 --with shap==0.51.0 python freeze-margin-shap.py > margin-shap.golden.json
"""
import json
import sys
import warnings

import numpy as np
import shap
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

warnings.filterwarnings("ignore")
rng = np.random.default_rng(5)
levels = ["a", "b", "c"]
rows = 60
raw = np.column_stack([rng.normal(size=(rows, 3)), rng.integers(0, 3, size=rows)])
y = (np.abs(raw[:, 0]) + raw[:, 1] * (raw[:, 3] - 1) > 0.5).astype(int) + (raw[:, 2] > 0.4).astype(int)


def encoded(x):
    return np.column_stack([x[:, :3], *(x[:, 3] == k for k in range(3))]).astype(float)


def layers_of(network):
    return [dict(weights=w.T.tolist(), bias=b.tolist()) for w, b in zip(network.coefs_, network.intercepts_)]


def margin_of(network, encode=lambda x: x):
    def margin(x):
        out = encode(np.asarray(x, dtype=float))
        for k, (w, b) in enumerate(zip(network.coefs_, network.intercepts_)):
            out = out @ w + b
            if k < len(network.coefs_) - 1:
                out = np.maximum(out, 0)
        return out

    return margin


def exact(margin, x, background):
    masker = shap.maskers.Independent(background, max_samples=len(background))
    found = shap.explainers.Exact(margin, masker)(x, max_evals=2**14)
    return dict(base=found.base_values[0].tolist(), values=found.values.tolist())


linear = LogisticRegression(C=3.0).fit(encoded(raw), y)
explained = shap.LinearExplainer(linear, shap.maskers.Independent(encoded(raw[:20]), max_samples=20))
values = explained.shap_values(encoded(raw))
by_column = np.concatenate([values[:, :3], values[:, 3:].sum(axis=1, keepdims=True)], axis=1)

network = MLPClassifier((7, 5), max_iter=300, random_state=1).fit(encoded(raw), y)
many = rng.normal(size=(rows, 11))
target = (many[:, 0] * many[:, 1] > 0).astype(int) + (many[:, 2] > 0)
wide = MLPClassifier((9,), max_iter=300, random_state=2).fit(many, target)

json.dump(
    dict(
        rows=[[*row[:3], levels[int(row[3])]] for row in raw.tolist()],
        linear=dict(
            weights=linear.coef_.tolist(),
            bias=linear.intercept_.tolist(),
            base=np.asarray(explained.expected_value).tolist(),
            values=by_column.tolist(),
        ),
        network=dict(layers=layers_of(network), **exact(margin_of(network, encoded), raw[20:40], raw[:20])),
        many=many[:24].tolist(),
        wide=dict(layers=layers_of(wide), **exact(margin_of(wide), many[20:24], many[:20])),
    ),
    sys.stdout,
)
