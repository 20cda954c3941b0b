"""Freezes MAPIE's split conformal intervals (absolute residuals) and sets (LAC) of models that are fitted before:
uv run --with mapie==1.1.0 --with scikit-learn==1.7.2 freeze-conformal.py > conformal.golden.json
The regressor gives the first column of its rows, the classifier the columns as probabilities."""
import json
import mapie
import numpy as np
import sklearn
from mapie.classification import SplitConformalClassifier
from mapie.regression import SplitConformalRegressor
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin


class First(RegressorMixin, BaseEstimator):
    def fit(self, x, y):
        self.n_features_in_ = 1
        self.fitted_ = True
        return self

    def predict(self, x):
        return np.asarray(x)[:, 0]


class Given(ClassifierMixin, BaseEstimator):
    def fit(self, x, y):
        self.classes_ = np.unique(y)
        self.n_features_in_ = x.shape[1]
        return self

    def predict_proba(self, x):
        return np.asarray(x)

    def predict(self, x):
        return self.classes_[np.argmax(x, axis=1)]


random = np.random.default_rng(17)
out = {"mapie": mapie.__version__, "sklearn": sklearn.__version__, "intervals": [], "sets": []}
cases = [(19, 0.9), (20, 0.9), (39, 0.9), (50, 0.8), (99, 0.95), (100, 0.95), (137, 0.9), (250, 0.5)]
for rows, level in cases:
    scores = np.round(random.normal(0, 3, rows), 3)
    values = np.round(scores + random.normal(0, 1, rows) * (1 + random.integers(0, 2, rows)), 3)
    model = First().fit(scores[:, None], values)
    conformal = SplitConformalRegressor(model, confidence_level=level, prefit=True)
    conformal.conformalize(scores[:, None], values)
    _, bounds = conformal.predict_interval(np.array([[1.0]]))
    out["intervals"].append(
        {"level": level, "scores": scores.tolist(), "values": values.tolist(), "of": 1, "low": bounds[0, 0, 0], "high": bounds[0, 1, 0]}
    )
for rows, level in cases:
    raw = random.dirichlet([0.7, 0.7, 0.7], rows + 40)
    first, second = np.round(raw[:, 0], 4), np.round(raw[:, 1], 4)
    scores = np.stack([first, second, 1 - first - second], axis=1)
    labels = np.array([random.choice(3, p=row / row.sum()) for row in np.clip(scores, 0, 1)])
    labels[:3] = [0, 1, 2]
    model = Given().fit(scores[:rows], labels[:rows])
    conformal = SplitConformalClassifier(model, confidence_level=level, prefit=True, conformity_score="lac")
    conformal.conformalize(scores[:rows], labels[:rows])
    _, sets = conformal.predict_set(scores[rows:])
    out["sets"].append(
        {
            "level": level,
            "scores": scores[:rows].tolist(),
            "labels": labels[:rows].tolist(),
            "of": scores[rows:].tolist(),
            "members": sets[:, :, 0].astype(int).tolist(),
        }
    )
json.dump(out, __import__("sys").stdout)
