import type { Scorer } from "@millrace/program";
import { z } from "zod";
import type { RatersRequest, Task } from "#evaluate";
import { knownNames, MillraceError } from "#kernel";
import { readTargetAs } from "#learn";
import type { LabelledRows } from "./labelled-rows.ts";

export const ratersSchema = z.strictObject({
  columns: z.array(z.string()).min(1).describe("one column of answers for each rater; empty where they gave none"),
  against: z
    .enum(["target", "others"])
    .default("target")
    .describe(
      "what a rater is judged by: the target, or what most other raters say (where the target was made of their answers)",
    ),
});

/** What people said of the test rows, to be judged. Errors: FACTORY_COLUMN_UNKNOWN: a rater's column that the data do not have. */
export function answersOfPeople(
  { frame, labels, scored }: LabelledRows,
  scorer: Scorer,
  task: Task,
  target: string,
  { columns, against }: z.output<typeof ratersSchema>,
  seed: number,
): RatersRequest {
  const { classes } = scorer.program.outputs;
  const raters = columns.map((name) => {
    if (!frame.columns.has(name) || name === target)
      throw new MillraceError("FACTORY_COLUMN_UNKNOWN", {
        message:
          name === target
            ? `"${name}" is the target, and is named as a rater.`
            : `The data have no rater's column "${name}" (${knownNames(name, [...frame.columns.keys()])}).`,
        next: "Correct the columns of evaluate.raters.",
        facts: { column: name },
      });
    return { name, answers: readTargetAs(frame, name, task, classes).values };
  });
  return { task, labels, predictions: scored.prediction, raters, against, seed };
}
