"""scikit-learn's linear solvers on the rows that bench/learn-linear.ts wrote: one JSON line a solver."""
import json
import sys
import time
import warnings
import numpy as np
import scipy.sparse as sp
import sklearn
from sklearn.linear_model import ElasticNet, LogisticRegression

warnings.filterwarnings("ignore")
folder, repeats = sys.argv[1], int(sys.argv[2])
shape = json.load(open(f"{folder}/shape.json"))


def report(work, solver, make, x, y, objective):
    cpu, wall, model = [], [], None
    for _ in range(repeats):
        c, w = time.process_time(), time.perf_counter()
        model = make().fit(x, y)
        cpu.append(time.process_time() - c)
        wall.append(time.perf_counter() - w)
    print(json.dumps({"work": work, "solver": solver, "cpu": float(np.median(cpu)), "wall": float(np.median(wall)),
                      "objective": objective(model.coef_.ravel(), np.ravel(model.intercept_)[0])}), flush=True)


def log_objective(x, y, strength):
    def value(w, b):
        m = x @ w + b
        return float(np.mean(np.logaddexp(0, np.where(y > 0.5, -m, m))) + 0.5 * strength * w @ w)
    return value


print(json.dumps({"work": "version", "solver": sklearn.__version__}), flush=True)
n, d = shape["rows"], shape["columns"]
x = np.ascontiguousarray(np.fromfile(f"{folder}/dense.f64").reshape(d, n).T)
y = np.fromfile(f"{folder}/dense.label.f64")
v = np.fromfile(f"{folder}/dense.value.f64")
strength = shape["strength"]
for solver in ("lbfgs", "newton-cholesky"):
    report("logistic", solver, lambda: LogisticRegression(C=1 / (strength * n), solver=solver), x, y, log_objective(x, y, strength))
a, share = shape["netStrength"], 0.5
report("elastic net", "coordinate descent", lambda: ElasticNet(alpha=a, l1_ratio=share), x, v,
       lambda w, b: float(0.5 * np.mean((x @ w + b - v) ** 2) + a * (share * np.abs(w).sum() + 0.5 * (1 - share) * w @ w)))
del x
rows, width = shape["textRows"], shape["width"]
for work in shape["texts"]:
    starts = np.fromfile(f"{folder}/{work}.starts.u32", dtype=np.uint32).astype(np.int32)
    indexes = np.fromfile(f"{folder}/{work}.indexes.u32", dtype=np.uint32).astype(np.int32)
    t = sp.csr_matrix((np.fromfile(f"{folder}/{work}.values.f64"), indexes, starts), shape=(rows, width))
    label = np.fromfile(f"{folder}/{work}.label.f64")
    for solver in ("lbfgs", "liblinear", "newton-cg"):
        report(work, solver, lambda: LogisticRegression(C=shape["textC"], solver=solver), t, label,
               log_objective(t, label, 1 / (shape["textC"] * rows)))
