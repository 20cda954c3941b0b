"""Freezes LightGBM on bike_sharing/hour.csv under interaction constraints, DART, bagging, continued training, weights of rows
and classes, and LambdaMART:
uv run --with lightgbm==4.7.0 --with numpy --with scikit-learn freeze-boosting.py FOLDER > boosting.golden.json
Rows whose number (from 0) is 3 or 7 modulo 10 judge; the others learn. Rankings order the hours of a day by grades: how many
of 20, 80, 200 and 400 rides were passed; days whose number is 3 or 7 modulo 10 judge. Random settings: 5 seeds."""
import csv
import json
import sys
import lightgbm as lgb
import numpy as np

rows = list(csv.DictReader(open(sys.argv[1] + "/bike_sharing/hour.csv")))
names = ["season", "mnth", "hr", "holiday", "weekday", "workingday", "weathersit", "temp", "atemp", "hum", "windspeed"]
x = np.array([[float(row[name]) for name in names] for row in rows])
y = np.array([float(row["cnt"]) for row in rows])
judged = np.isin(np.arange(len(y)) % 10, [3, 7])
common = dict(n_estimators=100, verbose=-1, n_jobs=1)


def mse(**more):
    model = lgb.LGBMRegressor(**common, **more).fit(x[~judged], y[~judged])
    return float(np.mean((model.predict(x[judged]) - y[judged]) ** 2))


def seeds(**more):
    found = [mse(random_state=s, bagging_seed=s, feature_fraction_seed=s, drop_seed=s, **more) for s in range(5)]
    return {"mean": float(np.mean(found)), "deviation": float(np.std(found))}


out = {"lightgbm": lgb.__version__, "features": names}
groups = [[2, 4, 5], [0, 1, 3, 6], [7, 8, 9, 10]]
out["groups"] = [[names[f] for f in group] for group in groups]
out["interactions"] = mse(interaction_constraints=groups)
out["dart"] = seeds(boosting_type="dart")
out["bagging"] = seeds(subsample=0.6, subsample_freq=1, colsample_bytree=0.6)
data = dict(data=x[~judged], label=y[~judged], free_raw_data=False)
plain = dict(objective="regression", verbose=-1, num_threads=1)
first = lgb.train(plain, lgb.Dataset(**data), 50)
more = lgb.train(plain, lgb.Dataset(**data), 50, init_model=first)
out["continued"] = float(np.mean((more.predict(x[judged]) - y[judged]) ** 2))

# Rows of weight 3 where the weather is fair, 0 where a ride a year earlier is told of (yr 0) on Sundays, else 1.
weights = np.array([0.0 if row["yr"] == "0" and row["weekday"] == "0" else 3.0 if row["weathersit"] == "1" else 1.0 for row in rows])
fair = judged & (weights == 3)
out["weighted"] = []
for left_out in range(4):
    learns = ~judged & (np.arange(len(y)) % 37 != left_out)
    model = lgb.LGBMRegressor(**common).fit(x[learns], y[learns], sample_weight=weights[learns])
    out["weighted"].append(float(np.mean((model.predict(x[fair]) - y[fair]) ** 2)))
rush = (y >= 500).astype(int)
model = lgb.LGBMClassifier(**common, class_weight="balanced").fit(x[~judged], rush[~judged])
p, t = model.predict_proba(x[judged])[:, 1], rush[judged]
share = np.where(t == 1, 0.5 / t.mean(), 0.5 / (1 - t.mean()))
out["balanced"] = float(np.mean(-share * np.log(np.where(t == 1, p, 1 - p))))

days = np.unique([row["dteday"] for row in rows], return_inverse=True)[1]
grades = np.digitize(y, [20, 80, 200, 400])
test = np.isin(days % 10, [3, 7])


def ndcg(scores, k):
    found = []
    for day in np.unique(days[test]):
        own = days[test] == day
        gain = 2.0 ** grades[test][own] - 1
        discount = 1 / np.log2(np.arange(len(gain)) + 2)
        best = np.sum((np.sort(gain)[::-1] * discount)[:k])
        order = np.argsort(-scores[own], kind="stable")
        found.append(np.sum((gain[order] * discount)[:k]) / best if best > 0 else 1.0)
    return float(np.mean(found))


ranker = lgb.LGBMRanker(**common).fit(x[~test], grades[~test], group=np.unique(days[~test], return_counts=True)[1])
scores = ranker.predict(x[test])
out["ndcg5"], out["ndcg10"] = ndcg(scores, 5), ndcg(scores, 10)
print(json.dumps(out))
