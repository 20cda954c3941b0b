"""Freezes calibrations of known margins: beta calibration by betacal, temperature by SciPy.

uv run --with betacal==1.1.0 --with scikit-learn --with scipy --with numpy python src/learn/oracle/freeze-calibration.py
"""

import json
from pathlib import Path

import numpy as np
from betacal import BetaCalibration
from scipy.optimize import minimize_scalar

rng = np.random.default_rng(8)
margins = np.round(rng.normal(0, 2, 400), 3)
labels = (rng.random(400) < 1 / (1 + np.exp(-(0.4 * margins + 0.2 * margins**2 - 0.7)))).astype(int)
cases = []
for m in (margins, -margins, np.abs(margins) * np.sign(np.sin(margins * 9))):
    p = 1 / (1 + np.exp(-m))
    fitted = BetaCalibration(parameters="abm").fit(p.reshape(-1, 1), labels)
    q = np.clip(p, 1e-15, 1 - 1e-15)
    a, b = fitted.calibrator_.map_[:2]
    cases.append({"margins": m.tolist(), "a": float(a), "b": float(b), "scores": fitted.predict(q).tolist()})
three = np.round(rng.normal(0, 3, (300, 3)), 3)
truth = np.array([rng.choice(3, p=np.exp(z / 2.5) / np.exp(z / 2.5).sum()) for z in three])


def loss(logarithm):
    z = three * np.exp(logarithm)
    z = z - z.max(axis=1, keepdims=True)
    return -(z[np.arange(300), truth] - np.log(np.exp(z).sum(axis=1))).sum()


best = minimize_scalar(loss, bounds=(-4.6, 4.6), method="bounded", options={"xatol": 1e-9})

# 40 rows that a bold model gets right, but for two: one more row is reckoned with, of a class drawn by the classes' shares.
few = np.round(rng.normal(0, 1, (40, 3)), 3)
told = few.argmax(axis=1)
few[np.arange(40), told] += 9
told[[3, 17]] = (told[[3, 17]] + 1) % 3
drawn = np.bincount(told, minlength=3) / 40
targets = (1 - 1 / 41) * np.eye(3)[told] + drawn / 41


def softening(logarithm):
    z = few * np.exp(logarithm)
    z = z - z.max(axis=1, keepdims=True)
    return -(targets * (z - np.log(np.exp(z).sum(axis=1, keepdims=True)))).sum()


softened = minimize_scalar(softening, bounds=(-4.6, 0), method="bounded", options={"xatol": 1e-9})
Path(__file__).with_name("calibration.golden.json").write_text(
    json.dumps(
        {
            "labels": labels.tolist(),
            "beta": cases,
            "temperature": {
                "margins": three.T.ravel().tolist(),
                "labels": truth.tolist(),
                "value": float(np.exp(-best.x)),
            },
            "softening": {
                "margins": few.T.ravel().tolist(),
                "labels": told.tolist(),
                "value": float(np.exp(-softened.x)),
            },
        }
    )
    + "\n"
)
