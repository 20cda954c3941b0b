import type { Frame, FrameScores, Scorer } from "@millrace/program";
import { selectRows } from "#dataset";
import { type EvaluationInput, weightsOf } from "#evaluate";
import { queryCodes, readTargetAs } from "#learn";
import type { InputArtifact } from "#pipeline";
import { rowsOf } from "./split.ts";

/** Rows that have an answer and a score. */
export interface LabelledRows {
  readonly frame: Frame;
  readonly labels: Float64Array;
  readonly scored: FrameScores;
  /** Rows with an answer that the model gives no score; they are left out. */
  readonly unscored: number;
}

/** The rows of a split that have an answer and that the model scores, at most the first so many. */
export async function labelledRows(
  all: Frame,
  split: InputArtifact,
  name: "train" | "validation" | "test",
  target: string,
  scorer: Scorer,
  most = Number.POSITIVE_INFINITY,
): Promise<LabelledRows> {
  const frame = selectRows(all, await rowsOf(split, name));
  const { task, classes } = scorer.program.outputs;
  const { values } = readTargetAs(frame, target, task, classes);
  let left = most;
  const known = Uint8Array.from(values, (value) => (Number.isNaN(value) || left-- <= 0 ? 0 : 1));
  const labelled = selectRows(frame, known);
  const labels = values.filter((_, row) => known[row] === 1);
  const scored = scorer.scoreFrame(labelled);
  if (scored.missing === undefined) return { frame: labelled, labels, scored, unscored: 0 };
  // A row without a score holds a 0 that nobody gave.
  const has = scored.missing.map((missing) => 1 - missing);
  const kept = selectRows(labelled, has);
  return {
    frame: kept,
    labels: labels.filter((_, row) => has[row] === 1),
    scored: scorer.scoreFrame(kept),
    unscored: labelled.rows - kept.rows,
  };
}

/** What an evaluation takes of a scorer and the rows beside scores and labels. */
export function sharedInput(
  scorer: Scorer,
  frame: Frame,
  weight: string | undefined,
  query?: string | undefined,
): Omit<EvaluationInput, "scores" | "labels"> {
  const { classes, threshold, task } = scorer.program.outputs;
  const weights = weightsOf(frame, weight);
  return {
    ...(classes === undefined ? {} : { classes }),
    ...(task === "binary" && threshold !== undefined ? { threshold } : {}),
    ...(weights === undefined ? {} : { weights }),
    ...(query === undefined ? {} : { ranking: { queries: queryCodes(frame, query) } }),
  };
}
