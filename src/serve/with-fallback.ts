import type { RowScore } from "@millrace/program";
import type { FallbackReason } from "#traffic";
import type { InputRow, ServedModel } from "./model.ts";

/** A row's score, and where the fallback gave it, why. */
export type FallbackScore = RowScore & { readonly fallback?: true; readonly fallbackReason?: FallbackReason };

/** A model whose place another takes for rows that it cannot score. `whole` is the program that holds both. */
export function withFallback(whole: ServedModel, own: ServedModel, other: ServedModel): ServedModel {
  const others = new Set(other.inputs.map(({ name }) => name));
  return {
    ...whole,
    check: (row) => own.check(row).filter(({ kind, column }) => kind !== "unknownColumn" || !others.has(column)),
    score: (row) => own.score(row),
    explain: (row) => own.explain(row),
    fallback: { check: (row) => other.check(row), score: (row) => other.score(row) },
  };
}

/** What the fallback says of a row; `undefined` where there is none, or it cannot read the row either. */
export function fallbackScore(model: ServedModel, row: InputRow, reason: FallbackReason): FallbackScore | undefined {
  const { fallback, extras } = model;
  if (fallback === undefined || fallback.check(row).some(({ severity }) => severity === "error")) return undefined;
  const { score, scores, prediction } = fallback.score(row);
  const none = Object.fromEntries(extras.map(({ name }) => [name, null]));
  return {
    score,
    ...(scores === undefined ? {} : { scores }),
    prediction,
    ...none,
    fallback: true,
    fallbackReason: reason,
  };
}
