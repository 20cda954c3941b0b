"""Writes terms.golden.json: what scikit-learn makes of 32 messages of the SMS Spam Collection (Almeida, Hidalgo, 2011).

uv run --with scikit-learn==1.9.1 python terms-oracle.py sms.tsv > terms.golden.json

Words are runs of letters and digits (`[^\\W_]`, at least two), which is what letters, marks and numbers are in these texts;
`char` sees the words in lower case with one space before and behind each.
"""
import json
import re
import sys

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
texts = [line.split("\t", 1)[1] for line in lines if "\t" in line]
odd = [text for text in texts if not text.isascii()][:8]
texts = texts[:24] + odd
word = r"(?u)[^\W_]{2,}"


def spaced(text):
    return " " + " ".join(re.findall(word, text.lower())) + " "


cases = {
    "words": TfidfVectorizer(token_pattern=word),
    "pairs, logarithmic, twice at least": TfidfVectorizer(
        token_pattern=word, ngram_range=(1, 2), min_df=2, sublinear_tf=True
    ),
    "counts without norm": CountVectorizer(token_pattern=word, min_df=2),
    "characters": TfidfVectorizer(analyzer="char", preprocessor=spaced, ngram_range=(2, 3), min_df=4),
}
golden = []
for name, vectorizer in cases.items():
    matrix = vectorizer.fit_transform(texts).tocsr()
    matrix.sort_indices()
    parameters = vectorizer.get_params()
    golden.append(
        {
            "name": name,
            "unit": "character" if parameters["analyzer"] == "char" else "word",
            "low": parameters["ngram_range"][0],
            "high": parameters["ngram_range"][1],
            "count": "log" if parameters.get("sublinear_tf") else "times",
            "norm": isinstance(vectorizer, TfidfVectorizer),
            "vocabulary": vectorizer.get_feature_names_out().tolist(),
            "idf": vectorizer.idf_.tolist() if isinstance(vectorizer, TfidfVectorizer) else None,
            "rows": [
                [matrix[k].indices.tolist(), matrix[k].data.tolist()] for k in range(len(texts))
            ],
        }
    )
json.dump({"texts": texts, "cases": golden}, sys.stdout, ensure_ascii=True)
