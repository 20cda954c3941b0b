"""Freezes scikit-learn's isolation forest on generated rows with strange ones among them:
uv run --with scikit-learn==1.9.1 --with numpy freeze-isolation.py > isolation.golden.json"""
import json
import numpy as np
import sklearn
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(11)
plain = rng.normal(size=(570, 3)) * [1, 4, 0.5] + rng.choice([0, 6], size=(570, 1)) * [1, 0, 0]
strange = rng.uniform(-1, 1, size=(30, 3)) * [14, 22, 4]
x = np.round(np.r_[plain, strange], 3)
y = np.r_[np.zeros(570), np.ones(30)]
scores = [-IsolationForest(n_estimators=100, random_state=s).fit(x).score_samples(x) for s in range(5)]
aucs = [roc_auc_score(y, one) for one in scores]
ranks = np.argsort(np.argsort(scores, axis=1), axis=1)
between = [np.corrcoef(ranks[a], ranks[b])[0, 1] for a in range(5) for b in range(a)]
print(json.dumps({
    "sklearn": sklearn.__version__, "x": x.T.tolist(), "strange": y.tolist(), "scores": np.round(np.mean(scores, axis=0), 6).tolist(),
    "auc": float(np.mean(aucs)), "deviation": float(np.std(aucs)), "rankCorrelation": float(np.min(between)),
}))
