import { describe, expect, test } from "vitest";
import { load } from "../interpreter/load.ts";
import { runPython, skipsPython } from "../testing/fixtures/python.ts";
import { importLightGbm, importXgboost } from "./index.ts";
import type { Imported, ImportOptions } from "./model.ts";

/** A model as its library saved it, and what the library predicts; numbers as texts, because JSON has no NaN. */
interface Trained {
  readonly name: string;
  readonly text: string;
  readonly options?: ImportOptions;
  readonly rows: readonly Record<string, string | boolean | null>[];
  readonly numeric: readonly string[];
  /** A number a row, or a list of one a class. */
  readonly wanted: readonly (number | readonly number[])[];
}

const kinds = [
  ...["binary", "regression", "regression_sqrt", "poisson", "multiclass", "multiclassova", "zero_as_missing"],
  ...["no_missing", "categories", "number_categories", "forest", "dart", "one_leaf"],
  ...["linear", "linear_multiclass", "linear_no_missing", "linear_forest"],
];

/** Rows hold missing values, zeros, infinities, values on and beside thresholds, and categories of no training row. */
const lightgbmScript = `
import json, re, sys
import numpy as np, pandas as pd, lightgbm as lgb
rng = np.random.default_rng(5)
n = 600
def frame(n):
    return pd.DataFrame({
        "a": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
        "b": rng.choice([0.0, 0.0, 1.0, -2.0, 1e-36, -1e-34, np.nan], size=n),
        "c": rng.integers(0, 9, size=n).astype(float),
        "d": rng.exponential(size=n) * 1e6,
    })
out = []
for kind in json.loads(sys.argv[1]):
    X, R = frame(n), frame(300)
    noise = rng.normal(size=n) * 0.2
    target = np.nan_to_num(X.a) + (X.c % 3) - (X.b == 0) + noise
    params = dict(objective="regression", num_leaves=15, min_data_in_leaf=5, verbose=-1, min_data_per_group=5, cat_smooth=1, max_cat_to_onehot=2, seed=1, num_threads=1)
    numeric = ["a", "b", "c", "d"]
    categorical = "auto"
    y = target
    if kind == "binary": params["objective"], y = "binary", (target > 1).astype(int); params["sigmoid"] = 0.7
    if kind == "regression_sqrt": params["reg_sqrt"] = True
    if kind == "poisson": params["objective"], y = "poisson", np.exp(target / 3)
    if "multiclass" in kind: params.update(objective=kind.removeprefix("linear_"), num_class=3); y = np.digitize(target, [0.5, 1.5])
    if kind == "zero_as_missing": params["zero_as_missing"] = True
    if kind.endswith("no_missing"): params["use_missing"] = False
    if kind.startswith("linear"): params.update(linear_tree=True, linear_lambda=0.01)
    if kind == "one_leaf": params["min_data_in_leaf"] = n
    if kind.endswith("forest"): params.update(boosting="rf", bagging_freq=1, bagging_fraction=0.6, feature_fraction=0.7)
    if kind == "dart": params.update(boosting="dart", drop_rate=0.5)
    if kind == "number_categories": categorical = ["c"]; numeric = ["a", "b", "c", "d"]
    if kind == "categories":
        names = ["", "red", "gr\\u00fcn", "a b", "\\u65e5", "x,y", "1", '"', "nine"]
        for F, m in ((X, n), (R, 300)):
            F["c"] = pd.Categorical([names[int(v)] if v > 0 else None for v in F.c], categories=names[1:])
            F["e"] = pd.Categorical(rng.choice([10, 20, 30, 40], size=m), categories=[10, 20, 30, 40])
        numeric = ["a", "b", "d"]
    model = lgb.train(params, lgb.Dataset(X, y, categorical_feature=categorical), 20)
    text = model.model_to_string()
    # values on thresholds, beside them, and beyond all
    found = [float(v) for line in re.findall(r"^threshold=(.*)$", text, re.M) for v in line.split()]
    odd = [v for t in found[:150] for v in (t, np.nextafter(t, np.inf), np.nextafter(t, -np.inf))] + [0.0, np.inf, -np.inf, np.nan, 1e308]
    # where leaves are sums, predictions of the infinite are infinite
    if kind.startswith("linear"): odd = [v for v in odd if not abs(v) > 1e9]
    for f in numeric:
        if kind == "number_categories" and f == "c": R[f] = rng.choice([0, 1, 2, 8, 9, 40, -1, np.nan], size=300)
        elif kind != "plain": R.loc[: 149, f] = rng.choice(odd, size=150)
    wanted = model.predict(R, num_threads=1)
    rows = [{f: (None if pd.isna(v) else repr(float(v)).replace("inf", "Infinity") if f in numeric else str(v)) for f, v in row.items()} for row in R.to_dict("records")]
    out.append(dict(name=kind, text=text, rows=rows, numeric=numeric, wanted=wanted.tolist()))
print(json.dumps(out))
`;

const xgboostKinds = [
  ...["binary", "regression", "poisson", "multiclass", "categories", "number_categories", "forest", "dart", "rounds"],
  ...["logistic", "absolute", "one_leaf", "onehot_categories", "linear", "linear_binary", "linear_multiclass"],
];

const xgboostScript = `
import json, sys, tempfile, os
import numpy as np, pandas as pd, xgboost as xgb
rng = np.random.default_rng(6)
n = 600
def frame(n):
    return pd.DataFrame({
        "a": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
        "b": rng.choice([0.0, 0.1, 1.0, -2.0, np.nan], size=n),
        "c": rng.integers(0, 40, size=n).astype(float),
        "d": rng.exponential(size=n) * 1e6,
    })
out = []
for kind in json.loads(sys.argv[1]):
    X, R = frame(n), frame(300)
    target = np.nan_to_num(X.a) + (X.c % 3) - (X.b == 0) + rng.normal(size=n) * 0.2
    params = dict(objective="reg:squarederror", max_depth=4, seed=1, nthread=1, max_cat_to_onehot=4)
    numeric = ["a", "b", "c", "d"]
    y = target
    options = {}
    if kind in ("binary", "rounds", "categories", "linear_binary"): params["objective"], y = "binary:logistic", (target > 1).astype(int)
    if kind == "logistic": params["objective"], y = "reg:logistic", 1 / (1 + np.exp(-target))
    if kind == "absolute": params["objective"] = "reg:absoluteerror"
    if kind == "poisson": params["objective"], y = "count:poisson", np.floor(np.exp(target / 3))
    if kind.endswith("multiclass"): params.update(objective="multi:softprob", num_class=3); y = np.digitize(target, [0.5, 1.5])
    if kind == "forest": params.update(num_parallel_tree=5, subsample=0.6, colsample_bynode=0.6)
    if kind == "dart": params.update(booster="dart", rate_drop=0.5)
    if kind == "one_leaf": params["gamma"] = 1e9
    if kind == "onehot_categories": params["max_cat_to_onehot"] = 100
    linear = kind.startswith("linear")
    if linear:
        params = {k: v for k, v in params.items() if k not in ("max_depth", "max_cat_to_onehot")} | dict(booster="gblinear")
        for F in (X, R): F["d"] /= 1e6
    if kind == "rounds": options["rounds"] = 7
    if "number_categories" == kind:
        for F in (X, R): F["c"] = pd.Categorical(F.c.astype(int), categories=range(40))
        numeric = ["a", "b", "d"]
    if kind in ("categories", "onehot_categories"):
        names = ["gr\\u00fcn" if kind == "onehot_categories" else "green", "red", "a b", "x,y", '"', "'"] + ["level %d" % k for k in range(34)]
        for F in (X, R): F["c"] = pd.Categorical([names[int(v)] if v > 0 else None for v in F.c], categories=names)
        numeric = ["a", "b", "d"]
        if kind == "onehot_categories": options["categories"] = {"c": names}
    data = xgb.DMatrix(X, y, enable_categorical=True)
    model = xgb.train(params, data, 20)
    path = os.path.join(tempfile.mkdtemp(), "m.json")
    model.save_model(path)
    text = open(path).read()
    outer = json.loads(text)["learner"]["gradient_booster"]
    found = [] if linear else [v for t in outer.get("gbtree", outer)["model"]["trees"] for v, l in zip(t["split_conditions"], t["left_children"]) if l >= 0]
    odd = []
    for t in found[:100]:
        f = np.float32(t)
        for g in (f, np.nextafter(f, np.float32(-np.inf)), np.nextafter(f, np.float32(np.inf))):
            half = (float(f) + float(g)) / 2
            odd += [float(g), half, np.nextafter(half, np.inf), np.nextafter(half, -np.inf)]
    odd += [0.0, np.nan, 3e38, -3e38, 1e-46, -1e-46]
    if not linear:
      for f in numeric: R.loc[: 199, f] = rng.choice(odd, size=200)
    wanted = model.predict(xgb.DMatrix(R, enable_categorical=True), iteration_range=(0, options.get("rounds", 0)))
    rows = [{f: (None if pd.isna(v) else repr(float(v)) if f in numeric else str(v)) for f, v in row.items()} for row in R.to_dict("records")]
    out.append(dict(name=kind, text=text, rows=rows, numeric=numeric, wanted=wanted.tolist(), options=options))
print(json.dumps(out))
`;

/** The largest distance from what the library predicts, relative where that is beyond 1. */
function distance({ rows, wanted, numeric }: Trained, { program, tensors }: Imported): number {
  const scorer = load({ program, tensors });
  let worst = 0;
  rows.forEach((row, i) => {
    const raw = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        numeric.includes(name) && value !== null ? Number(value) : value,
      ]),
    );
    const { score, scores } = scorer.score(raw);
    const each = wanted[i]!;
    const pairs =
      typeof each === "number" ? [[each, score ?? Number.NaN]] : each.map((one, k) => [one, scores![String(k)]!]);
    for (const [one, other] of pairs) {
      const apart = one === other ? 0 : Math.abs(one! - other!) / Math.max(1, Math.abs(one!));
      worst = Math.max(worst, Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart);
    }
  });
  return worst;
}

describe.skipIf(skipsPython)("models of other libraries (skipped where uv is not there)", () => {
  test("LightGBM's predictions are the program's within 1e-12", { timeout: 600_000 }, () => {
    const packages = ["lightgbm==4.7.0", "pandas==3.1.1", "numpy"];
    const models = JSON.parse(runPython(lightgbmScript, packages, "", [JSON.stringify(kinds)])) as Trained[];
    const found = models.map((model) => [model.name, distance(model, importLightGbm(model.text))] as const);
    for (const [name, worst] of found) expect(worst, name).toBeLessThan(1e-12);
    expect(found).toHaveLength(kinds.length);
  });

  test("XGBoost's predictions are the program's but for its sums of floats", { timeout: 600_000 }, () => {
    const packages = ["xgboost-cpu==3.2.0", "pandas==3.1.1", "numpy"];
    const models = JSON.parse(runPython(xgboostScript, packages, "", [JSON.stringify(xgboostKinds)])) as Trained[];
    const found = models.map(
      (model) => [model.name, distance(model, importXgboost(model.text, model.options))] as const,
    );
    for (const [name, worst] of found) expect(worst, name).toBeLessThan(1e-6);
    expect(found).toHaveLength(xgboostKinds.length);
  });
});
