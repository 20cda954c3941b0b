"""Trains LightGBM (100 trees x 31 leaves), writes the model and rows, and times `pred_contrib` on one thread.

uv run --with lightgbm==4.6.0 --with numpy bench/peers/lightgbm_contrib.py FOLDER ROWS COLUMNS
"""

import json
import sys
import time

import lightgbm as lgb
import numpy as np

folder, rows, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = np.random.default_rng(7)
X = rng.normal(size=(20_000, columns))
y = (X[:, 0] * X[:, 1] + X[:, 2] + 0.5 * np.sin(3 * X[:, 3]) + rng.normal(size=20_000) * 0.5 > 0).astype(int)
params = dict(objective="binary", num_leaves=31, learning_rate=0.1, verbose=-1, num_threads=1, seed=1)
model = lgb.train(params, lgb.Dataset(X, y), 100)
R = rng.normal(size=(rows, columns))
R.astype("<f8").tofile(f"{folder}/rows.f64")
model.save_model(f"{folder}/model.txt")
times = []
for _ in range(4):
    start = time.process_time()
    found = model.predict(R, pred_contrib=True, num_threads=1)
    times.append(time.process_time() - start)
np.ascontiguousarray(found).astype("<f8").tofile(f"{folder}/contributions.f64")
print(json.dumps(dict(version=lgb.__version__, seconds=sorted(times[1:])[1])))
