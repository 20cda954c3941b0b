import { readFileSync } from "node:fs";

/** What scikit-learn and LightGBM give; frozen by oracle/freeze.py, which names their versions. */
export const peers = JSON.parse(readFileSync(new URL("../oracle/peers.golden.json", import.meta.url), "utf8")) as {
  readonly linear: {
    readonly x: readonly (readonly number[])[];
    readonly value: readonly number[];
    readonly label: readonly number[];
    readonly kind: readonly number[];
    readonly strength: number;
    readonly logisticMargins: readonly number[];
    readonly softmaxProbabilities: readonly (readonly number[])[];
    readonly ridge: readonly number[];
    readonly elasticNet: readonly number[];
  };
  readonly trees: {
    readonly a: readonly number[];
    readonly b: readonly (number | null)[];
    readonly c: readonly number[];
    readonly label: readonly number[];
    readonly value: readonly number[];
    readonly kind: readonly number[];
    readonly binary: { readonly logLoss: number; readonly auc: number };
    readonly regression: { readonly mse: number; readonly variance: number };
    readonly multiclass: { readonly logLoss: number };
  };
};
