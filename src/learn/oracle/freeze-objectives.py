"""Freezes LightGBM's losses on bike_sharing/hour.csv for each regression objective:
uv run --with lightgbm==4.7.0 --with numpy freeze-objectives.py FOLDER > objectives.golden.json
Rows whose number (from 0) is 3 or 7 modulo 10 judge; the others learn. 100 trees, LightGBM's defaults."""
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
common = dict(n_estimators=100, verbose=-1, n_jobs=1, min_sum_hessian_in_leaf=1e-3)


def fit(**more):
    return lgb.LGBMRegressor(**common, **more).fit(x[~judged], y[~judged]).predict(x[judged])


t = y[judged]
out = {"lightgbm": lgb.__version__, "features": names}
p = fit(objective="regression")
out["squared"] = float(np.mean((p - t) ** 2))
p = fit(objective="regression_l1")
out["absolute"] = float(np.mean(np.abs(p - t)))
p = fit(objective="huber", alpha=50.0)
e = np.abs(p - t)
out["huber"] = float(np.mean(np.where(e <= 50, 0.5 * e * e, 50 * (e - 25))))
p = fit(objective="quantile", alpha=0.8)
out["quantile"] = float(np.mean(np.where(t >= p, 0.8, -0.2) * (t - p)))
p = fit(objective="poisson")
out["poisson"] = float(np.mean(2 * (t * np.log(t / p) - t + p)))
p = fit(objective="gamma")
out["gamma"] = float(np.mean(2 * (t / p - 1 - np.log(t / p))))
p = fit(objective="tweedie", tweedie_variance_power=1.5)
out["tweedie"] = float(np.mean(2 * (t**0.5 / (-0.5 * 0.5) - t * p**-0.5 / -0.5 + p**0.5 / 0.5)))
mono = fit(objective="regression", monotone_constraints=[0] * 7 + [1, 0, -1, 0])
out["monotone"] = float(np.mean((mono - t) ** 2))
print(json.dumps(out))
