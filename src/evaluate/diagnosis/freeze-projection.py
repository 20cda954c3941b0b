# Values of projection.golden.json: uv run --with statsmodels==0.14.5 --with pandas==2.3.3 --with numpy==2.3.3 freeze-projection.py > projection.golden.json
import json

import numpy as np
import statsmodels.api as sm

CASES = {
    "falling": [0.4, 0.31, 0.27, 0.262, 0.241, 0.23, 0.23],
    "flat": [0.2, 0.2, 0.19, 0.19, 0.19],
    "long": [0.5 * k**-0.3 * (1 + 0.02 * ((k * 7) % 5 - 2)) for k in range(1, 21)],
}


def project(errors):
    best = np.minimum.accumulate(errors)
    x = np.log(np.arange(1, len(best) + 1))
    found = sm.OLS(np.log(best), sm.add_constant(x)).fit()
    ahead = np.log(np.arange(len(best) + 1, len(best) + 6))
    frame = found.get_prediction(np.column_stack([np.ones(5), ahead])).summary_frame(alpha=0.05)
    low, high = found.conf_int(alpha=0.05)[1]
    return {
        "errors": list(map(float, errors)),
        "scale": float(np.exp(found.params[0])),
        "rate": [float(-found.params[1]), float(-high), float(-low)],
        "projected": np.exp(frame[["mean", "obs_ci_lower", "obs_ci_upper"]].to_numpy()).tolist(),
    }


print(json.dumps({name: project(errors) for name, errors in CASES.items()}, indent=1))
