import { log, type ValueRef } from "@millrace/program";
import type { LearningTask } from "../model.ts";
import type { NodeWriter } from "./node-writer.ts";

/** Probabilities are held within these, so that their logarithms are finite. */
const low = 1e-4;
const high = 1 - 1e-4;

const held = (p: number) => Math.min(Math.max(p, low), high);

/** The margin of a probability of class 1, or of one class of several. A regression's value stays. */
export function probabilityMargin(task: LearningTask, p: number): number {
  if (task === "regression") return p + 0;
  const own = held(p);
  return task === "multiclass" ? log(own) + 0 : log(own) - log(1 - own) + 0;
}

/** The nodes of `probabilityMargin`, of a number or, for several classes, a number each. */
export function addProbabilityMargin(writer: NodeWriter, task: LearningTask, values: readonly ValueRef[]): ValueRef {
  if (task === "regression") return values[0]!;
  const clipped = values.map((value) => writer.add("clip", [value], { low, high }));
  if (task === "multiclass")
    return writer.add(
      "concat",
      clipped.map((p) => writer.add("log", [p])),
    );
  // (p − 1) over −1 is 1 − p, rounded once.
  const rest = writer.add("scale", [clipped[0]!], { offset: 1, scale: -1 });
  return writer.add("subtract", [writer.add("log", [clipped[0]!]), writer.add("log", [rest])]);
}
