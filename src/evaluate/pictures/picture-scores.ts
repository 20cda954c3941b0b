import { z } from "zod";
import { parseOptions } from "#kernel";
import { checkInput } from "../check-input.ts";
import { costsSchema } from "../decisions/costs.ts";
import type { EvaluationInput, Task } from "../model.ts";
import { binaryPictures } from "./binary-pictures.ts";
import { classPictures } from "./class-pictures.ts";
import type { Pictures } from "./model.ts";
import { valuePictures } from "./value-pictures.ts";

export const pictureOptionsSchema = z.strictObject({
  costs: costsSchema.describe("Binary: what each kind of decision costs, in any unit; a gain is negative."),
  maxError: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.05)
    .describe("Greatest share of wrong decisions among the automated ones."),
  confidence: z.number().gt(0.5).lt(1).default(0.95).describe("Coverage of the intervals."),
});
export type PictureOptions = z.input<typeof pictureOptionsSchema>;

/**
 * What a report draws of some scored rows: reliability, gains, thresholds, coverage, residuals.
 *
 * ```ts
 * const input = { scores: Float64Array.of(0.9, 0.6, 0.4, 0.1), labels: [1, 0, 1, 0] };
 * pictureScores("binary", input).gains?.[0]; // { share: 0.25, capture: 0.5, lift: 2 }
 * ```
 *
 * Shapes: at most about 100 points a curve, and groups of rows rather than single ones. Missing: zero rows give no picture.
 * Errors: those of `evaluate`.
 */
export function pictureScores(task: Task, input: EvaluationInput, options: PictureOptions = {}): Pictures {
  const { costs, confidence, maxError } = parseOptions(pictureOptionsSchema, options, "pictures");
  const checked = checkInput(task, input);
  if (task === "regression") return valuePictures(checked, confidence);
  return task === "multiclass" ? classPictures(checked, maxError) : binaryPictures(checked, costs, maxError);
}
