import type { FitInput } from "./model.ts";

/** The input with training weights under which each class has the same total; a regression's stays as it is. */
export function balanced(input: FitInput): FitInput {
  const { train, task, classes } = input;
  if (task === "regression") return input;
  const own = train.weights ?? new Float64Array(train.rows).fill(1);
  const totals = new Float64Array(classes);
  let total = 0;
  for (let i = 0; i < train.rows; i++) {
    totals[train.target[i]!]! += own[i]!;
    total += own[i]!;
  }
  const present = totals.filter((sum) => sum > 0).length;
  const weights = own.map((weight, i) => {
    const sum = totals[train.target[i]!]!;
    return sum > 0 ? (weight * total) / (present * sum) : 0;
  });
  return { ...input, train: { ...train, weights } };
}
