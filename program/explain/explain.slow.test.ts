import { describe, expect, test } from "vitest";
import { importLightGbm } from "../import/index.ts";
import { runPython, skipsPython } from "../testing/fixtures/python.ts";
import { explain } from "./index.ts";

/** Models of LightGBM with the contributions that it gives itself (`pred_contrib`): a number a feature, then the base. */
const script = `
import json, sys
import numpy as np, pandas as pd, lightgbm as lgb
rng = np.random.default_rng(11)
def frame(n):
    return pd.DataFrame({
        "a": np.where(rng.random(n) < 0.15, np.nan, rng.normal(size=n)),
        "b": rng.choice([0.0, 1.0, -2.0, np.nan], size=n),
        "c": rng.integers(0, 9, size=n).astype(float),
        "d": rng.exponential(size=n) * 1e3,
    })
out = []
for kind in json.loads(sys.argv[1]):
    X, R = frame(800), frame(120)
    target = np.nan_to_num(X.a) * (X.c % 3) - (X.b == 0) + np.log1p(X.d) / 3 + rng.normal(size=800) * 0.2
    params = dict(objective="regression", num_leaves=31, min_data_in_leaf=5, verbose=-1, min_data_per_group=5, cat_smooth=1, seed=1, num_threads=1)
    numeric, categorical, y = ["a", "b", "c", "d"], "auto", target
    if kind == "binary": params["objective"], y = "binary", (target > 2).astype(int)
    if kind == "multiclass": params.update(objective=kind, num_class=3); y = np.digitize(target, [1, 2.5])
    if kind == "poisson": params["objective"], y = "poisson", np.exp(target / 3)
    if kind == "zero_as_missing": params["zero_as_missing"] = True
    if kind == "categories":
        names = list("abcdefghi")
        for F in (X, R): F["c"] = pd.Categorical([names[int(v)] if v > 0 else None for v in F.c], categories=names[1:])
        numeric = ["a", "b", "d"]
    model = lgb.train(params, lgb.Dataset(X, y, categorical_feature=categorical), 60)
    wanted = model.predict(R, pred_contrib=True)
    rows = [{f: (None if pd.isna(v) else float(v) if f in numeric else str(v)) for f, v in row.items()} for row in R.to_dict("records")]
    out.append(dict(name=kind, text=model.model_to_string(), rows=rows, features=list(X.columns), wanted=wanted.tolist()))
print(json.dumps(out))
`;
const kinds = ["binary", "regression", "multiclass", "poisson", "zero_as_missing", "categories"];

interface Explained {
  readonly name: string;
  readonly text: string;
  readonly rows: readonly Record<string, string | number | null>[];
  readonly features: readonly string[];
  readonly wanted: readonly (readonly number[])[];
}

describe.skipIf(skipsPython)("explanations of LightGBM's models", () => {
  test("are LightGBM's own contributions", { timeout: 300_000 }, () => {
    const models = JSON.parse(
      runPython(script, ["lightgbm==4.6.0", "pandas", "numpy"], "", [JSON.stringify(kinds)]),
    ) as Explained[];
    let worst = 0;
    for (const { text, rows, features, wanted } of models) {
      const explainer = explain(importLightGbm(text));
      const width = features.length + 1;
      rows.forEach((row, i) => {
        const { contributions, base } = explainer.explain(row);
        const found = base.flatMap((value, k) => [...features.map((name) => contributions[name]?.[k] ?? 0), value]);
        expect(found.length).toBe(wanted[i]!.length);
        found.forEach((value, k) => {
          worst = Math.max(worst, Math.abs(value - wanted[i]![k]!));
        });
        expect(width * base.length).toBe(found.length);
      });
    }
    console.info(`largest difference from pred_contrib: ${worst}`);
    expect(worst).toBeLessThan(1e-9);
  });
});
