import type { Frame } from "@millrace/program";
import { z } from "zod";
import { MillraceError, parseOptions } from "#kernel";
import { columnNamed, columnOf, takeFrame, withColumn } from "./columns.ts";
import type { EffectPoint, ScoredModel } from "./model.ts";
import { presentSorted } from "./partial-dependence.ts";

export const effectsOptionsSchema = z.strictObject({
  input: z.string().describe("A number or date among the inputs."),
  bins: z.int().min(1).max(1000).default(20).describe("Bins of about as many rows."),
});
export type EffectsOptions = z.input<typeof effectsOptionsSchema>;

/**
 * How the score changes as one input passes through its values, told by rows that lie there (accumulated local effects).
 *
 * Shapes: one effect an output at each bin's edge; the mean over the rows is 0. Missing: rows that miss the input are left out.
 * Errors: EVALUATE_INPUT_UNKNOWN; EVALUATE_INPUT_UNORDERED: when the input is no number or date, or has one value.
 * Source: D. Apley, J. Zhu, Visualizing the effects of predictor variables in black box supervised learning models, JRSS B 82,
 * 2020, § 3.
 */
export function accumulatedEffects(model: ScoredModel, frame: Frame, options: EffectsOptions): readonly EffectPoint[] {
  const { input, bins } = parseOptions(effectsOptionsSchema, options, "effects");
  const column = columnNamed(frame, input);
  const sorted = presentSorted(column, frame.rows);
  const edges = [
    ...new Set(Array.from({ length: bins + 1 }, (_, k) => sorted[Math.floor((k / bins) * (sorted.length - 1))])),
  ] as number[];
  if (column.type === "string" || column.type === "bool" || column.type === "vector" || edges.length < 2)
    throw new MillraceError("EVALUATE_INPUT_UNORDERED", {
      message: `The input "${input}" is not a number or date with at least two values, so there is no way through its values.`,
      next: "Look at its partial dependence.",
      facts: { input, type: column.type },
    });
  const present = Array.from({ length: frame.rows }, (_, row) => row).filter((row) => column.missing?.[row] !== 1);
  // (edge k − 1, edge k]; the least value belongs to the first bin.
  const binOf = (value: number) =>
    Math.max(
      1,
      edges.findIndex((edge) => value <= edge),
    );
  const own = present.map((row) => binOf(column.values[row]!));
  const rows = takeFrame(frame, present);
  const at = (side: number) =>
    model.score(
      withColumn(
        rows,
        input,
        columnOf(
          column.type,
          own.map((bin) => edges[bin - side]!),
        ),
      ),
    );
  const [high, low] = [at(0), at(1)];
  const counts = new Array<number>(edges.length).fill(0);
  const sums = edges.map(() => new Float64Array(model.outputs));
  own.forEach((bin, i) => {
    counts[bin]!++;
    for (let k = 0; k < model.outputs; k++)
      sums[bin]![k]! += high[i * model.outputs + k]! - low[i * model.outputs + k]!;
  });
  const steps = edges.map((_, bin) => sums[bin]!.map((sum) => (counts[bin] === 0 ? 0 : sum / counts[bin]!)));
  const totals = steps.map(() => new Float64Array(model.outputs));
  for (let bin = 1; bin < edges.length; bin++)
    for (let k = 0; k < model.outputs; k++) totals[bin]![k] = totals[bin - 1]![k]! + steps[bin]![k]!;
  // Centred on the middle of each bin, by its rows.
  const means = Float64Array.from({ length: model.outputs }, (_, k) => {
    let sum = 0;
    for (let bin = 1; bin < edges.length; bin++) sum += (counts[bin]! * (totals[bin - 1]![k]! + totals[bin]![k]!)) / 2;
    return sum / present.length;
  });
  return edges.map((value, bin) => ({
    value,
    effect: Array.from(totals[bin]!, (total, k) => total - means[k]!),
    rows: counts[bin]!,
  }));
}
