"""Writes text-shap.golden.json: what shap.LinearExplainer gives for logistic regressions over TF-IDF of the texts of
../text/terms.golden.json; the first 20 texts are the background, the explanations are of all.

uv run --with scikit-learn==1.9.1 --with shap==0.51.0 python freeze-text-shap.py > text-shap.golden.json
"""
import json
import pathlib
import sys

import numpy as np
import shap
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

texts = json.loads((pathlib.Path(__file__).parent / "../text/terms.golden.json").read_text())["texts"]
golden = []
for classes in (2, 3):
    vectorizer = TfidfVectorizer(token_pattern=r"(?u)[^\W_]{2,}", min_df=2)
    x = vectorizer.fit_transform(texts).toarray()
    y = np.array([len(text) % classes for text in texts])
    model = LogisticRegression(C=10.0).fit(x, y)
    explainer = shap.LinearExplainer(model, shap.maskers.Independent(x[:20], max_samples=20))
    values = explainer.shap_values(x)
    values = values[:, :, None] if values.ndim == 2 else values
    golden.append(
        {
            "vocabulary": vectorizer.get_feature_names_out().tolist(),
            "idf": vectorizer.idf_.tolist(),
            "weights": model.coef_.tolist(),
            "bias": model.intercept_.tolist(),
            "base": np.atleast_1d(explainer.expected_value).tolist(),
            # of each text and output the sum over all terms, and the terms that add most
            "sums": values.sum(axis=1).tolist(),
            "top": [
                [[int(k), values[i, k].tolist()] for k in np.argsort(-np.abs(values[i]).max(axis=1), kind="stable")[:3]]
                for i in range(len(texts))
            ],
        }
    )
json.dump(golden, sys.stdout)
