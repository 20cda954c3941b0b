"""Freezes Fairlearn's figures on German credit beside the decisions they were taken on:
uv run --python python3 --with fairlearn==0.15.0 --with scikit-learn==1.7.2 fairness.oracle.py credit-g.csv > fairness.golden.json
Fairlearn 0.15.0, scikit-learn 1.7.2, scipy 1.17.1. Data: UCI Statlog (German Credit), CC BY 4.0. Tolerance: 1e-12
(p-values 1e-10)."""
import json
import sys
import numpy as np
import pandas as pd
from fairlearn import metrics as f
from scipy.stats import chi2_contingency
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, precision_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

data = pd.read_csv(sys.argv[1], quotechar="'", skipinitialspace=True)
y = (data["class"] == "good").astype(int)
x = pd.get_dummies(data.drop(columns=["class"])).astype(float)
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(x[::2], y[::2])
s = np.round(model.predict_proba(x)[:, 1], 6)
p = (s >= 0.7).astype(int)
sex = data["personal_status"].str.split().str[0]
columns = dict(sex=sex, age=np.where(data["age"] < 26, "young", "older"), foreign=data["foreign_worker"],
               housing=data["housing"], status=data["personal_status"])
rates = dict(selectionRate=f.selection_rate, truePositiveRate=f.true_positive_rate, falsePositiveRate=f.false_positive_rate,
             falseNegativeRate=f.false_negative_rate, accuracy=accuracy_score, precision=precision_score)
out = dict(scores=s.tolist(), labels=y.tolist(), columns={k: list(v) for k, v in columns.items()}, cases=[], proxies=[])
for by in ("sex", "age", "foreign", "sex*age", "age*housing"):
    features = pd.DataFrame({k: columns[k] for k in by.split("*")})
    frame = f.MetricFrame(metrics=rates, y_true=y, y_pred=p, sensitive_features=features).by_group
    groups = {" and ".join(f"{k} = {v}" for k, v in zip(by.split("*"), key if isinstance(key, tuple) else (key,))): dict(row)
              for key, row in frame.iterrows()}
    key = features.agg("|".join, axis=1)
    k = dict(sensitive_features=key)
    out["cases"].append(dict(
        by=by, groups=groups,
        demographicParity=[f.demographic_parity_difference(y, p, **k), f.demographic_parity_ratio(y, p, **k)],
        equalOpportunity=[f.equal_opportunity_difference(y, p, **k), f.equal_opportunity_ratio(y, p, **k)],
        equalisedOdds=[f.equalized_odds_difference(y, p, **k), f.equalized_odds_ratio(y, p, **k)]))
for column in ("age", "foreign", "housing", "status"):
    table = pd.crosstab(pd.Series(columns[column]), sex)
    chi, pv, dof, _ = chi2_contingency(table, correction=False)
    n = len(y)
    phi = max(0, chi / n - dof / (n - 1))
    r, c = [k - (k - 1) ** 2 / (n - 1) for k in table.shape]
    out["proxies"].append(dict(column=column, association=float(np.sqrt(phi / (min(r, c) - 1))), pValue=pv))
print(json.dumps(out, default=float))
