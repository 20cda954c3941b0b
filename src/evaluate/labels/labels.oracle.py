"""Freezes cleanlab's label issues beside the probabilities they were found in:
uv run --python python3 --with cleanlab==2.7.1 labels.oracle.py > labels.golden.json
cleanlab 2.7.1, numpy 2.x. The same rows must be found."""
import json
import numpy as np
from cleanlab.filter import find_label_issues

rng = np.random.default_rng(11)
cases = []
for classes, n in ((2, 300), (4, 400)):
    true = rng.integers(0, classes, n)
    z = rng.normal(size=(n, classes)) + 2.2 * np.eye(classes)[true]
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    if classes == 2:
        p[:, 0] = 1 - p[:, 1]
    given = np.where(rng.random(n) < 0.12, rng.integers(0, classes, n), true)
    rows = find_label_issues(given, p, filter_by="confident_learning", min_examples_per_class=0, n_jobs=1,
                             return_indices_ranked_by="self_confidence")
    cases.append(dict(classes=classes, labels=given.tolist(), scores=(p[:, 1] if classes == 2 else p.ravel()).tolist(),
                      suspected=[int(r) for r in rows]))
print(json.dumps(cases))
