"""Freezes statsmodels' exponential smoothing of two generated monthly series:
uv run --with statsmodels --with numpy python -W ignore freeze-forecasts.py > forecasts.golden.json"""
import json
import numpy as np
import statsmodels
from statsmodels.tsa.holtwinters import ExponentialSmoothing

rng = np.random.default_rng(5)
n, m, ahead = 96, 12, 18
t = np.arange(n + ahead)
shape = np.array([1.1, 0.4, -0.2, -0.9, -1.3, -0.8, 0.3, 1.2, 1.6, 0.7, -0.8, -1.3])
additive = np.round(50 + 0.3 * t + 6 * shape[t % m] + rng.normal(0, 1, n + ahead), 3)
multiplicative = np.round((40 + 0.6 * t) * (1 + 0.15 * shape[t % m]) * np.exp(rng.normal(0, 0.02, n + ahead)), 3)
out = {"statsmodels": statsmodels.__version__, "additive": additive.tolist(), "multiplicative": multiplicative.tolist(), "cases": []}
for name, series in {"additive": additive, "multiplicative": multiplicative}.items():
    y = series[:n]
    for trend, damped, seasonal in [(None, False, None), ("add", False, None), ("add", False, "add"), ("add", True, "add"), ("add", False, "mul"), (None, False, "add")]:
        k = dict(trend=trend, damped_trend=damped, seasonal=seasonal, seasonal_periods=m if seasonal else None)
        level, slope = float(y[:m].mean()), 0.2
        season = (y[:m] / level if seasonal == "mul" else y[:m] - level).tolist()
        known = dict(initialization_method="known", initial_level=level)
        if trend:
            known["initial_trend"] = slope
        if seasonal:
            known["initial_seasonal"] = season
        fixed = dict(smoothing_level=0.3, optimized=False)
        if trend:
            fixed["smoothing_trend"] = 0.1
        if seasonal:
            fixed["smoothing_seasonal"] = 0.2
        if damped:
            fixed["damping_trend"] = 0.9
        given = ExponentialSmoothing(y, **k, **known).fit(**fixed)
        best = ExponentialSmoothing(y, **k, initialization_method="estimated").fit()
        out["cases"].append({
            "series": name, "trend": ("damped" if damped else "additive") if trend else "none",
            "seasonal": {None: "none", "add": "additive", "mul": "multiplicative"}[seasonal],
            "fitted": given.fittedvalues.tolist(), "forecast": given.forecast(ahead).tolist(),
            "sse": float(best.sse), "best": best.forecast(ahead).tolist(),
        })
print(json.dumps(out))
