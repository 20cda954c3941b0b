"""Freezes scikit-learn's random forests and extremely randomised trees (100 trees, defaults):
uv run --with scikit-learn==1.9.1 --with numpy freeze-forests.py FOLDER > forests.golden.json
Rows whose number (from 0) is 3 or 7 modulo 10 judge. Text columns are coded by the order of their levels' names."""
import csv
import json
import sys
import numpy as np
import sklearn
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.metrics import log_loss, roc_auc_score


def table(path):
    return list(csv.DictReader(open(sys.argv[1] + path)))


def coded(rows, names):
    columns = []
    for name in names:
        texts = [row[name].strip() for row in rows]
        try:
            columns.append([float(text) if text else 0.0 for text in texts])
        except ValueError:
            levels = sorted(set(texts))
            columns.append([float(levels.index(text)) for text in texts])
    return np.array(columns).T


out = {"sklearn": sklearn.__version__}
german = table("/german_credit/credit-g.csv")
telco = table("/telco_churn/telco_churn.csv")
sets = {
    "german": (german, [n for n in german[0] if n != "class"], [row["class"] == "good" for row in german]),
    "telco": (telco, [n for n in telco[0] if n not in ("Churn", "customerID")], [row["Churn"] == "Yes" for row in telco]),
}
for name, (rows, names, labels) in sets.items():
    x, y = coded(rows, names), np.array(labels).astype(int)
    judged = np.isin(np.arange(len(y)) % 10, [3, 7])
    for kind, make in {"forest": RandomForestClassifier, "extraTrees": ExtraTreesClassifier}.items():
        scores = [
            roc_auc_score(y[judged], make(n_estimators=100, random_state=s).fit(x[~judged], y[~judged]).predict_proba(x[judged])[:, 1])
            for s in range(5)
        ]
        out[f"{name}/{kind}"] = {"auc": float(np.mean(scores)), "deviation": float(np.std(scores))}
wine = [[float(v) for v in line.split(",")] for line in open(sys.argv[1] + "/wine_quality/winequality-white.csv")]
wine = np.array(wine)
x, y = wine[:, :-1], np.clip(wine[:, -1], 5, 7).astype(int) - 5
judged = np.isin(np.arange(len(y)) % 10, [3, 7])
for kind, make in {"forest": RandomForestClassifier, "extraTrees": ExtraTreesClassifier}.items():
    scores = [
        np.mean(make(n_estimators=100, random_state=s).fit(x[~judged], y[~judged]).predict(x[judged]) == y[judged]) for s in range(5)
    ]
    out[f"wine/{kind}"] = {"accuracy": float(np.mean(scores)), "deviation": float(np.std(scores))}
print(json.dumps(out))
