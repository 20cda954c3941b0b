"""A trainer in Python: LightGBM on the rows that Millrace gives."""
import lightgbm


def train(rows, validation, task):
    columns = [feature["column"] for feature in task["features"]]
    data = lightgbm.Dataset(rows[columns], label=rows["target"])
    options = {"objective": task["task"], "seed": task["seed"], "verbosity": -1, "num_threads": 1, "num_leaves": 8}
    return lightgbm.train(options, data, num_boost_round=60)
