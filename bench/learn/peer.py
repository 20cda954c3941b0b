"""Fits one peer once and prints what it took: python peer.py NAME DATA THREADS BINS (DATA: path without .train.f64)"""
import json
import resource
import sys
import time

import numpy as np

name, path, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])


def read(part):
    header = json.load(open(f"{path}.{part}.json"))
    data = np.fromfile(f"{path}.{part}.f64", "<f8").reshape(len(header["features"]) + 1, header["rows"])
    return header["features"], data[:-1].T, data[-1]


def timed(work):
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - cpu


features, x, y = read("train")
if name.startswith("lightgbm"):
    import lightgbm as lgb

    options = dict(objective="binary", num_leaves=31, learning_rate=0.1, max_bin=int(sys.argv[4]), num_threads=threads, verbose=-1)
    if name.endswith("quantised"):
        options["use_quantized_grad"] = True
    categories = [f for f, own in enumerate(features) if own["kind"] == "categorical"]
    data = lgb.Dataset(x, y, categorical_feature=categories, params=options).construct()
    model, wall, cpu = timed(lambda: lgb.train(options, data, 100))
    predict = model.predict
else:
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

    kind = {"forest": RandomForestClassifier, "extraTrees": ExtraTreesClassifier}[name]
    x = np.ascontiguousarray(np.nan_to_num(x, nan=-1.0), dtype=np.float32)
    model, wall, cpu = timed(lambda: kind(n_estimators=100, n_jobs=threads, random_state=1).fit(x, y))
    predict = lambda rows: model.predict_proba(np.nan_to_num(rows, nan=-1.0))[:, 1]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
_, tx, ty = read("test")
from sklearn.metrics import log_loss, roc_auc_score

p = predict(tx)
print(json.dumps(dict(wall=wall, cpu=cpu, megabytes=peak, auc=roc_auc_score(ty, p), logLoss=log_loss(ty, np.clip(p, 1e-4, 1 - 1e-4)))))
