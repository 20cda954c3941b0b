"""Freezes what LightGBM's boosted trees give each row, under every objective and constraint that is deterministic:
uv run --no-project --with lightgbm==4.7.0 --with numpy --with scikit-learn freeze-trees.py > trees.golden.json
600 rows of numbers with so few values that both sides have the same bins. DART leaves out all earlier rounds, so that
chance has no part in it. LambdaMART's slopes: of one tree with a leaf for each row, under two strengths of L2."""
import json
import lightgbm as lgb
import numpy as np

rng = np.random.default_rng(29)
n = 600
a, b, c = rng.integers(0, 40, n) / 4, rng.integers(0, 90, n) / 8, rng.integers(0, 9, n).astype(float)
missing = rng.random(n) < 0.15
level = rng.integers(0, 12, n)
weight = rng.integers(0, 4, n).astype(float)
signal = 0.4 * a + np.where(missing, 1.0, 0.25 * b) + 0.3 * c + (level % 3) * 0.9
value = np.round(signal + rng.normal(0, 1, n), 2)
label = (signal + rng.logistic(0, 1, n) > 4.6).astype(int)
kind = np.clip(np.digitize(signal + rng.normal(0, 1, n), [3.5, 5.5]), 0, 2)
half = (np.argsort(np.argsort(signal + rng.logistic(0, 1, n), kind="stable")) >= n // 2).astype(int)
count = rng.poisson(np.exp(signal / 4)).astype(float)
amount = np.round(rng.gamma(2, np.exp(signal / 4)) + 0.01, 3)
numbers = np.c_[a, np.where(missing, np.nan, b), c]
everything = np.c_[numbers, level]
plain = dict(verbose=-1, num_threads=1, num_leaves=8, learning_rate=0.1, min_data_in_leaf=10, min_data_in_bin=1,
             deterministic=True, feature_pre_filter=False, force_col_wise=True)

# Rows in a leaf are counted from hessians, which each side rounds its own way: a sum of hessians bounds leaves instead.
heavy = dict(min_data_in_leaf=0, min_sum_hessian_in_leaf=3.0)
# LightGBM keeps the base in its first tree and drops it with that: targets whose base is 0 have none to drop.
dart = dict(boosting="dart", drop_rate=1.0, skip_drop=0.0, max_drop=-1)
centred = np.round(value - value.mean(), 2)
centred[0] -= np.round(centred.sum(), 2)


def fit(target, objective, rounds=12, x=numbers, categories=None, own_weight=None, **more):
    data = lgb.Dataset(x, target, weight=own_weight, categorical_feature=categories or [], free_raw_data=False)
    model = lgb.train({**plain, "objective": objective, **more}, data, rounds)
    return np.asarray(model.predict(x)).T.ravel().tolist()


def leaf_means(target, objective):
    """Of the first tree's leaves the mean of their rows: where a log link's loss is least, which Newton's step misses."""
    model = lgb.train({**plain, "objective": objective}, lgb.Dataset(numbers, target), 1)
    leaf = model.predict(numbers, pred_leaf=True).ravel()
    return np.array([target[leaf == own].mean() for own in leaf]).tolist()


cases = {
    "squared": fit(value, "regression"),
    "absolute": fit(value, "regression_l1"),
    "huber": fit(value, "huber", alpha=0.7),
    "quantile": fit(value, "quantile", alpha=0.8),
    "poisson": fit(count, "poisson"),
    "gamma": leaf_means(amount, "gamma"),
    "tweedie": fit(count, "tweedie", tweedie_variance_power=1.4),
    "binary": fit(label, "binary", **heavy),
    "multiclass": fit(kind, "multiclass", num_class=3, **heavy),
    "balanced": fit(label, "binary", own_weight=np.where(label == 1, n / 2 / label.sum(), n / 2 / (n - label.sum())), **heavy),
    "weighted": fit(value, "regression", own_weight=weight + 1),
    "weightedBinary": fit(label, "binary", own_weight=weight + 1, **heavy),
    "l2": fit(value, "regression", lambda_l2=3.0, min_gain_to_split=0.5),
    "depth": fit(value, "regression", max_depth=2),
    "levels": fit(value, "regression", x=everything, categories=[3], cat_smooth=5, cat_l2=1, min_data_per_group=20),
    # Later LightGBM measures a bounded leaf's gain as if it were free.
    "monotone": fit(value, "regression", 4, monotone_constraints=[1, 0, -1], monotone_constraints_method="basic", **heavy),
    "interactions": fit(value, "regression", x=everything[:, :3], interaction_constraints=[[0, 1], [2]]),
    "dart": fit(centred, "regression", **dart),
    "dartBinary": fit(half, "binary", **dart, **heavy),
}

# A stump that parts one row from the others gives −gradient / (hessian + l2) of it; two strengths tell both. A row that
# LightGBM counts as none, because its hessian is a small part of all, stays unknown.
queries = [14, 9, 1, 20, 16]
rows = sum(queries)
grades = rng.integers(0, 5, rows)
start = np.round(rng.normal(0, 1, rows), 3)
start[14:23] = 0.25


def leaf_of(row, l2):
    data = lgb.Dataset((np.arange(rows) == row).astype(float)[:, None], grades, group=queries, init_score=start)
    model = lgb.train({
        "objective": "lambdarank", "lambdarank_truncation_level": 7, "verbose": -1, "num_threads": 1, "num_leaves": 2,
        "min_data_in_leaf": 1, "min_data_in_bin": 1, "min_sum_hessian_in_leaf": 0, "learning_rate": 1.0, "lambda_l2": l2,
        "feature_pre_filter": False,
    }, data, 1)
    tree = model.dump_model()["tree_info"][0]["tree_structure"]
    return tree["right_child"]["leaf_value"] if "right_child" in tree else None


leaves = [[leaf_of(row, l2) for row in range(rows)] for l2 in (0.01, 0.05)]
print(json.dumps({
    "lightgbm": lgb.__version__,
    "columns": {"a": a.tolist(), "b": np.where(missing, 0, b).tolist(), "missing": missing.astype(int).tolist(), "c": c.tolist(), "level": level.tolist()},
    "targets": {"value": value.tolist(), "label": label.tolist(), "kind": kind.tolist(), "half": half.tolist(), "centred": np.round(centred, 2).tolist(), "count": count.tolist(), "amount": amount.tolist()},
    "weight": (weight + 1).tolist(),
    "cases": {name: [round(v, 9) for v in values] for name, values in cases.items()},
    "ranking": {"queries": queries, "grades": grades.tolist(), "start": start.tolist(), "places": 7, "l2": [0.01, 0.05], "leaves": leaves},
}))
