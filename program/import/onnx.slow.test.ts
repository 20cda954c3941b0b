import { describe, expect, test } from "vitest";
import { load } from "../interpreter/load.ts";
import { runPython, skipsPython } from "../testing/fixtures/python.ts";
import { importOnnx } from "./index.ts";

interface Converted {
  readonly name: string;
  readonly model: string;
  readonly columns?: Readonly<Record<string, readonly string[]>>;
  readonly rows: readonly Record<string, number | string | null>[];
  readonly wanted: readonly (readonly number[])[];
}

/** Pipelines of scikit-learn as skl2onnx writes them, with what onnxruntime computes of them in floats. */
const script = `
import base64, json
import numpy as np, pandas as pd, onnxruntime
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import ExtraTreesClassifier, GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, OneHotEncoder, RobustScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
rng = np.random.default_rng(3)
def frame(n):
    return pd.DataFrame({
        "a": rng.normal(size=n).astype(np.float32),
        "b": np.where(rng.random(n) < 0.2, np.nan, rng.normal(size=n)).astype(np.float32),
        "c": rng.choice(["x", "y", "z\\u00e9"], size=n),
    })
X, R = frame(400), frame(200)
R.loc[:20, "c"] = "never seen"
target = X.a + (X.c == "x") + rng.normal(size=400) * 0.3
two, three = (target > 0.5).astype(int), np.digitize(target, [0, 1])
named = np.array(["low", "mid", "high"])[three]
types = [("a", FloatTensorType([None, 1])), ("b", FloatTensorType([None, 1])), ("c", StringTensorType([None, 1]))]
def prepared(scaler):
    numbers = make_pipeline(SimpleImputer(), scaler)
    return ColumnTransformer([("n", numbers, ["a", "b"]), ("c", OneHotEncoder(handle_unknown="ignore"), ["c"])])
cases = []
for est in (LogisticRegression(), GradientBoostingClassifier(n_estimators=20), RandomForestClassifier(n_estimators=9, max_depth=5), ExtraTreesClassifier(n_estimators=5, max_depth=4), DecisionTreeClassifier(max_depth=4)):
    for y in (two, three, named): cases.append((make_pipeline(prepared(StandardScaler()), est), y, "mixed"))
for est in (LinearRegression(), Lasso(0.01), GradientBoostingRegressor(n_estimators=20), RandomForestRegressor(n_estimators=9, max_depth=5), DecisionTreeRegressor(max_depth=4)):
    for scaler in (MinMaxScaler(), RobustScaler(), MaxAbsScaler()): cases.append((make_pipeline(prepared(scaler), est), target, "mixed"))
    cases.append((est, target, "matrix"))
# few values, deep trees: a split may lie between two floats of a scaled column that are one double apart from it
many = frame(3000)
for column in ("a", "b"): many[column] = (many[column] * 50).round().astype(np.float32)
noise = many.a / 50 + (many.c == "x") + rng.normal(size=3000) * 0.3
for scaler in (StandardScaler(), MinMaxScaler(), RobustScaler()):
    cases.append((make_pipeline(prepared(scaler), RandomForestRegressor(n_estimators=20)), noise, "mixed"))
out = []
for k, (model, y, kind) in enumerate(cases):
    if len(y) > 400: X = R = many
    numbers = X[["a", "b"]].fillna(0).to_numpy()
    fitted = model.fit(X if kind == "mixed" else numbers, y)
    is_classifier = hasattr(fitted, "predict_proba")
    options = {id(fitted): {"zipmap": False}} if is_classifier else None
    onx = convert_sklearn(fitted, initial_types=types if kind == "mixed" else [("X", FloatTensorType([None, 2]))], options=options)
    session = onnxruntime.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"])
    rest = R if kind == "mixed" else R[["a", "b"]].fillna(0)
    feeds = {c: rest[[c]].to_numpy() for c in rest} if kind == "mixed" else {"X": rest.to_numpy()}
    found = session.run(None, {c: (v.astype(object) if c == "c" else v.astype(np.float32)) for c, v in feeds.items()})
    rows = [{c: None if pd.isna(v) else v if isinstance(v, str) else float(v) for c, v in row.items()} for row in rest.to_dict("records")]
    name = f"{type(fitted[-1] if kind == 'mixed' else fitted).__name__} {k}"
    out.append(dict(name=name, model=base64.b64encode(onx.SerializeToString()).decode(), rows=rows, wanted=np.asarray(found[-1], dtype=float).reshape(len(rows), -1).tolist(), **({} if kind == "mixed" else dict(columns={"X": ["a", "b"]}))))
print(json.dumps(out))
`;

describe.skipIf(skipsPython)("scikit-learn through ONNX (skipped where uv is not there)", () => {
  test("scores as onnxruntime does, but for its floats", { timeout: 600_000 }, () => {
    const packages = [
      "scikit-learn==1.9.1",
      "skl2onnx==1.20.0",
      "onnx==1.23.2",
      "onnxruntime==1.31.1",
      "pandas==3.1.1",
    ];
    const models = JSON.parse(runPython(script, packages)) as Converted[];
    for (const { name, model, columns, rows, wanted } of models) {
      const scorer = load(importOnnx(Buffer.from(model, "base64"), columns === undefined ? {} : { columns }));
      let apart = 0;
      rows.forEach((row, i) => {
        const { score, scores } = scorer.score(row);
        const found = scores === undefined ? [score!] : scorer.program.outputs.classes!.map((each) => scores[each]!);
        expect(found).toHaveLength(wanted[i]!.length);
        const distance = Math.max(...found.map((each, k) => Math.abs(each - wanted[i]![k]!)));
        if (!(distance < 2e-6)) apart++;
      });
      expect(apart, name).toBe(0);
    }
    expect(models).toHaveLength(38);
  });
});
