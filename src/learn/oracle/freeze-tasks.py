"""Freezes what scikit-learn says of clusters and LightGBM reaches in a ranking.

uv run --with scikit-learn==1.7.2 --with lightgbm==4.6.0 --with pandas==2.3.3 src/learn/oracle/freeze-tasks.py"""
import json
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, ndcg_score, silhouette_samples

here = Path(__file__).parent
data = here.parents[3] / "shared" / "data"

random = np.random.default_rng(11)
points = np.concatenate([random.normal(center, 1.0, (30, 3)) for center in (0.0, 3.0, 5.0)]).round(4)
first = KMeans(3, n_init=5, random_state=1).fit_predict(points)
second = KMeans(4, n_init=5, random_state=2).fit_predict(points)

hours = pd.read_csv(data / "bike_sharing" / "hour.csv")
hours["grade"] = np.minimum(hours["cnt"] // 40, 30)
days = hours["dteday"].unique()
columns = ["season", "yr", "mnth", "hr", "holiday", "weekday", "workingday", "weathersit", "temp", "atemp", "hum", "windspeed"]
part = lambda low, high: hours[hours["dteday"].isin(days[low:high])]
train, held, test = part(0, 250), part(250, 325), part(325, 400)
sizes = lambda rows: rows.groupby("dteday", sort=False).size().to_numpy()
scores = []
for seed in range(3):
    ranker = lightgbm.LGBMRanker(
        n_estimators=500, num_leaves=15, learning_rate=0.05, reg_lambda=1, random_state=seed, verbose=-1,
        label_gain=[2**g - 1 for g in range(31)],
    )
    ranker.fit(
        train[columns], train["grade"], group=sizes(train), eval_set=[(held[columns], held["grade"])],
        eval_group=[sizes(held)], callbacks=[lightgbm.early_stopping(30, verbose=False)],
    )
    told = test.assign(score=ranker.predict(test[columns]))
    scores.append(np.mean([ndcg_score([own["grade"]], [own["score"]]) for _, own in told.groupby("dteday") if own["grade"].max() > 0]))

golden = {
    "clusters": {
        "points": points.ravel().tolist(), "width": 3, "first": first.tolist(), "second": second.tolist(),
        "silhouettes": silhouette_samples(points, first).tolist(),
        "adjustedRand": adjusted_rand_score(first, second),
    },
    "ranking": {"ndcg": [float(score) for score in scores], "columns": columns},
}
(here / "tasks.golden.json").write_text(json.dumps(golden) + "\n")
