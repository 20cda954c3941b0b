"""Freezes what scikit-learn 1.9.1 and LightGBM 4.7.0 give on small generated data: python freeze.py > peers.golden.json"""
import json
import numpy as np
import lightgbm as lgb
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(7)
out = {}

# Linear: 120 rows, 4 columns of different scale, one weight a row.
n = 120
x = np.round(rng.normal(size=(n, 4)) * [1, 5, 0.2, 30] + [0, 3, -1, 100], 3)
z = StandardScaler().fit_transform(x)
value = np.round(2 + x @ [0.7, -0.3, 4, 0.01] + rng.normal(size=n), 3)
label = (z @ [1.2, -0.8, 0.4, 0.1] + rng.logistic(size=n) > 0.3).astype(int)
kind = np.argmax(z[:, :3] + rng.gumbel(size=(n, 3)), axis=1)
linear = {"x": x.T.tolist(), "value": value.tolist(), "label": label.tolist(), "kind": kind.tolist(), "strength": 0.05}
s = 0.05
logistic = LogisticRegression(C=1 / (s * n), tol=1e-12, max_iter=10000).fit(z, label)
linear["logisticMargins"] = logistic.decision_function(z).tolist()
softmax = LogisticRegression(C=1 / (s * n), tol=1e-12, max_iter=10000).fit(z, kind)
linear["softmaxProbabilities"] = softmax.predict_proba(z).tolist()
linear["ridge"] = Ridge(alpha=s * n, tol=1e-12).fit(z, value).predict(z).tolist()
# Our target is standardised: an L1 strength s of ours is s · deviation of scikit-learn's.
d = value.std()
y = value / d
linear["elasticNet"] = (ElasticNet(alpha=s, l1_ratio=0.5, tol=1e-12, max_iter=100000).fit(z, y).predict(z) * d).tolist()
out["linear"] = linear

# Trees: 1500 rows, numbers with missing values and a category of 12 levels; 1000 learn, 500 judge.
n = 1500
a = np.round(rng.normal(size=n), 2)
b = np.round(rng.normal(size=n), 2)
b[rng.random(n) < 0.2] = np.nan
c = rng.integers(0, 12, size=n)
effect = rng.normal(size=12)
m = 1.5 * np.sin(2 * a) + np.where(np.isnan(b), 1.0, b * (a > 0)) + effect[c]
y = (m + rng.logistic(size=n) > 0.2).astype(int)
v = np.round(m + 0.5 * rng.normal(size=n), 3)
k = np.digitize(m + rng.gumbel(size=n), [0.0, 1.5])
frame = np.c_[a, b, c].astype(float)
common = dict(n_estimators=60, num_leaves=15, learning_rate=0.1, min_child_samples=20, verbose=-1, n_jobs=1)
fit = dict(categorical_feature=[2])
trees = {
    "a": a.tolist(),
    "b": [None if np.isnan(t) else float(t) for t in b],
    "c": c.tolist(),
    "label": y.tolist(),
    "value": v.tolist(),
    "kind": k.tolist(),
}
p = lgb.LGBMClassifier(**common).fit(frame[:1000], y[:1000], **fit).predict_proba(frame[1000:])[:, 1]
trees["binary"] = {"logLoss": log_loss(y[1000:], p), "auc": roc_auc_score(y[1000:], p)}
p = lgb.LGBMRegressor(**common).fit(frame[:1000], v[:1000], **fit).predict(frame[1000:])
trees["regression"] = {"mse": float(np.mean((p - v[1000:]) ** 2)), "variance": float(v[1000:].var())}
p = lgb.LGBMClassifier(**common).fit(frame[:1000], k[:1000], **fit).predict_proba(frame[1000:])
trees["multiclass"] = {"logLoss": log_loss(k[1000:], p)}
out["trees"] = trees
print(json.dumps(out))
