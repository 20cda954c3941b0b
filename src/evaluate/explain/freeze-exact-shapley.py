"""Freezes interventional Shapley values of the model in explain.golden.json in exact arithmetic: every coalition of inputs, every
background row, leaf values as fractions, no rounding before the last step. Also how far the shap package is from them: it keeps
the model and the sums less exactly, which is why ours are not compared with it more closely than 1e-7. Run from this folder.

uv run --with lightgbm==4.6.0 --with "numpy<2.3" freeze-exact-shapley.py
"""

import json
import math
from fractions import Fraction
from itertools import product

import lightgbm as lgb

golden = json.load(open("explain.golden.json"))
trees = [one["tree_structure"] for one in lgb.Booster(model_str=golden["text"]).dump_model()["tree_info"]]
names = list(golden["X"])


def leaf(node, x):
    while "leaf_value" not in node:
        value = x[node["split_feature"]]
        if value is None:
            # LightGBM: without a missing type a missing value counts as 0.
            left = 0.0 <= node["threshold"] if node["missing_type"] == "None" else node["default_left"]
        else:
            left = value <= node["threshold"]
        node = node["left_child"] if left else node["right_child"]
    return Fraction(node["leaf_value"])


def margin(x):
    return sum((leaf(tree, x) for tree in trees), Fraction(0))


start, stop = golden["background"]
background = [[golden["X"][name][r] for name in names] for r in range(start, stop)]
rows = [[golden["rows"][name][r] for name in names] for r in range(len(golden["rows"][names[0]]))]
count = len(names)


def shapley(row):
    value = {
        known: sum((margin([row[i] if known[i] else other[i] for i in range(count)]) for other in background), Fraction(0))
        / len(background)
        for known in product([0, 1], repeat=count)
    }
    phi = [Fraction(0)] * count
    for known, whole in value.items():
        size = sum(known)
        for i in range(count):
            if known[i]:
                without = tuple(0 if j == i else one for j, one in enumerate(known))
                weight = Fraction(math.factorial(size - 1) * math.factorial(count - size), math.factorial(count))
                phi[i] += (whole - value[without]) * weight
    return phi


exact = [[float(one) for one in shapley(row)] for row in rows]
far = max(
    abs(a - b)
    for row, ours, theirs in zip(rows, exact, golden["shap"])
    if None not in row
    for a, b in zip(ours, theirs)
)
base = float(sum((margin(other) for other in background), Fraction(0)) / len(background))
json.dump(dict(exact=exact, base=base, shapIsOffBy=far), open("exact-shapley.golden.json", "w"))
print("shap is off by", far)
