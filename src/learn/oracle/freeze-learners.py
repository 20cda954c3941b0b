"""Freezes scikit-learn's and interpret's models on 900 generated rows, of which every third judges:
uv run --with scikit-learn==1.9.1 --with interpret-core --with numpy freeze-learners.py > learners.golden.json
Numbers are rounded first, so that both sides see the same rows."""
import json
import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.metrics import log_loss, mean_squared_error, roc_auc_score
from sklearn.naive_bayes import CategoricalNB, GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(11)
n = 900
x = np.round(np.c_[rng.normal(50, 10, n), rng.normal(0, 1, n), rng.exponential(3, n), rng.uniform(-2, 2, n)], 3)
level = rng.integers(0, 5, n)
shift = np.array([-1.0, 0.0, 0.5, 1.5, -0.5])[level]
signal = 0.08 * (x[:, 0] - 50) + np.sin(2 * x[:, 3]) * 1.5 + (x[:, 2] > 3) * 1.0 + shift - 0.4
value = np.round(10 + 3 * signal + x[:, 1] + rng.normal(0, 1, n), 3)
label = (signal + rng.logistic(0, 0.7, n) > 0).astype(int)
kind = np.clip(np.digitize(signal + rng.normal(0, 0.7, n), [-0.8, 0.9]), 0, 2)
judged = np.arange(n) % 3 == 2
train = ~judged

out = {
    "sklearn": sklearn.__version__,
    "x": x.T.tolist(),
    "level": level.tolist(),
    "value": value.tolist(),
    "label": label.tolist(),
    "kind": kind.tolist(),
}

bayes = GaussianNB(var_smoothing=1e-9).fit(x[train], kind[train])
out["gaussian"] = bayes.predict_proba(x[judged]).tolist()
cats = np.c_[level, (x[:, 3] > 0).astype(int)]
out["categorical"] = CategoricalNB(alpha=1.0).fit(cats[train], label[train]).predict_proba(cats[judged])[:, 1].tolist()
mixed = GaussianNB(var_smoothing=1e-9).fit(x[train], label[train])
coded = CategoricalNB(alpha=1.0).fit(level[train, None], label[train])
joint = mixed.predict_joint_log_proba(x[judged]) + coded.predict_joint_log_proba(level[judged, None]) - np.log(mixed.class_prior_)
joint -= joint.max(axis=1, keepdims=True)
out["mixed"] = (np.exp(joint)[:, 1] / np.exp(joint).sum(axis=1)).tolist()

scaler = StandardScaler().fit(x[train])
z, zj = scaler.transform(x[train]), scaler.transform(x[judged])
out["nearest"] = {
    "kind": KNeighborsClassifier(7, algorithm="brute").fit(z, kind[train]).predict_proba(zj).tolist(),
    "value": KNeighborsRegressor(5, algorithm="brute").fit(z, value[train]).predict(zj).tolist(),
}

inertias = {str(k): float(KMeans(k, n_init=20, random_state=0).fit(z).inertia_) for k in (2, 3, 5, 8)}
out["kmeans"] = inertias

hot = lambda rows: np.c_[scaler.transform(x[rows]), np.eye(5)[level[rows]]]
nets = [MLPClassifier(hidden_layer_sizes=(32, 32), random_state=s, alpha=0.1, max_iter=150).fit(hot(train), label[train]) for s in range(5)]
losses = [log_loss(label[judged], m.predict_proba(hot(judged))) for m in nets]
regs = [MLPRegressor(hidden_layer_sizes=(32, 32), random_state=s, alpha=0.1, max_iter=150).fit(hot(train), value[train]) for s in range(5)]
errors = [mean_squared_error(value[judged], m.predict(hot(judged))) ** 0.5 for m in regs]
out["network"] = {"logLoss": [float(np.mean(losses)), float(np.std(losses))], "rmse": [float(np.mean(errors)), float(np.std(errors))]}

from interpret.glassbox import ExplainableBoostingClassifier, ExplainableBoostingRegressor

frame = np.c_[x, level.astype(float)]
types = ["continuous"] * 4 + ["nominal"]
ebm = ExplainableBoostingClassifier(interactions=0, feature_types=types, random_state=1).fit(frame[train], label[train])
p = ebm.predict_proba(frame[judged])[:, 1]
ebr = ExplainableBoostingRegressor(interactions=0, feature_types=types, random_state=1).fit(frame[train], value[train])
out["gam"] = {
    "auc": float(roc_auc_score(label[judged], p)),
    "logLoss": float(log_loss(label[judged], p)),
    "rmse": float(mean_squared_error(value[judged], ebr.predict(frame[judged])) ** 0.5),
}
print(json.dumps(out))
