"""Freezes what Python's explainers say of one LightGBM model: run from this folder.

uv run --with lightgbm==4.6.0 --with shap==0.48.0 --with scikit-learn==1.7.1 --with pandas --with "numpy<2.3" \
    --with PyALE==1.2.0 freeze-explain.py
"""

import json
from itertools import product
from math import factorial

import lightgbm as lgb
import numpy as np
import pandas as pd
import shap
from PyALE import ale
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import partial_dependence, permutation_importance

rng = np.random.default_rng(3)
n = 400
X = pd.DataFrame(
    {
        "a": rng.normal(size=n),
        "b": rng.integers(0, 5, size=n).astype(float),
        "c": rng.exponential(size=n),
        "d": rng.normal(size=n),
    }
)
y = 2 * X.a * (X.b > 2) + np.log1p(X.c) + rng.normal(size=n) * 0.3
params = dict(objective="regression", num_leaves=12, min_data_in_leaf=8, learning_rate=0.2, verbose=-1, seed=1, num_threads=1)
booster = lgb.train(params, lgb.Dataset(X, y), 25)


class Model(RegressorMixin, BaseEstimator):
    def fit(self, X, y):
        self.fitted_ = True
        return self

    def predict(self, X):
        return booster.predict(np.asarray(X))


def by_definition(row, background):
    """Interventional Shapley values over all coalitions, from LightGBM's own predictions."""
    k = len(row)
    value = {}
    for known in product([0, 1], repeat=k):
        mixed = np.where(known, row, background)
        value[known] = booster.predict(mixed).mean()
    phi = np.zeros(k)
    for known, v in value.items():
        size = sum(known)
        for i in range(k):
            if known[i]:
                without = tuple(0 if j == i else one for j, one in enumerate(known))
                phi[i] += (v - value[without]) * factorial(size - 1) * factorial(k - size) / factorial(k)
    return phi.tolist()


model = Model().fit(X, y)
rows = X.iloc[:60].copy()
rows.iloc[3, 0] = np.nan
rows.iloc[7, 2] = np.nan
explainer = shap.TreeExplainer(booster, X.iloc[100:140], feature_perturbation="interventional")
dependence = {
    name: dict(grid=found["grid_values"][0].tolist(), mean=found["average"][0].tolist(), first=found["individual"][0][0].tolist())
    for name in X.columns
    for found in [partial_dependence(model, X, [name], kind="both", method="brute", grid_resolution=12)]
}
importance = permutation_importance(model, X, y, scoring="neg_root_mean_squared_error", n_repeats=200, random_state=1)
effects = {
    name: dict(edges=found.index.tolist(), effect=found["eff"].tolist(), rows=found["size"].tolist())
    for name in ["a", "c", "d"]
    for found in [ale(X=X, model=model, feature=[name], grid_size=10, feature_type="continuous", include_CI=False, plot=False)]
}
out = dict(
    versions=dict(shap=shap.__version__, lightgbm=lgb.__version__),
    text=booster.model_to_string(),
    X={name: X[name].tolist() for name in X.columns},
    y=y.tolist(),
    rows={name: [None if np.isnan(v) else v for v in rows[name]] for name in X.columns},
    background=[100, 140],
    shap=explainer.shap_values(rows).tolist(),
    byDefinition=[by_definition(row, X.iloc[100:140].to_numpy()) for row in rows.to_numpy()],
    base=float(np.ravel(explainer.expected_value)[0]),
    dependence=dependence,
    importance=dict(mean=dict(zip(X.columns, importance.importances_mean)), sd=dict(zip(X.columns, importance.importances_std))),
    effects=effects,
)
json.dump(out, open("explain.golden.json", "w"))
