import type { Column, FrameScores, Program } from "@millrace/program";
import { rawValue } from "./check-rows.ts";

export interface IdColumn {
  readonly name: string;
  readonly column: Exclude<Column, { type: "vector" }>;
}

/**
 * Scores as CSV in pieces: the ids, `prediction`, `score`, and `score_<class>` for each class of a multiclass model.
 *
 * Shapes: one line a row, in order. Units: numbers in the shortest digits that read back to the same double. Missing: empty.
 */
export function* scoresCsv(
  outputs: Program["outputs"],
  scores: FrameScores,
  rows: number,
  ids: readonly IdColumn[] = [],
): Generator<string> {
  const classes = outputs.classes ?? [];
  const each = outputs.task === "multiclass" ? classes : [];
  const header = [...ids.map(({ name }) => name), "prediction", "score", ...each.map((name) => `score_${name}`)];
  let piece = `${header.map(quoted).join(",")}\n`;
  for (let row = 0; row < rows; row++) {
    const cells = ids.map(({ column }) => rawValue(column, row));
    const line = [...cells, ...scoredRow(outputs, classes, scores, row)];
    piece += `${line.map((cell) => (cell === null ? "" : quoted(String(cell)))).join(",")}\n`;
    if (piece.length > 1 << 16) {
      yield piece;
      piece = "";
    }
  }
  if (piece !== "") yield piece;
}

/** `prediction`, `score`, and each class's score of a multiclass model; all null where the score is missing. */
export function scoredRow(
  { task }: Program["outputs"],
  classes: readonly string[],
  { score, missing, prediction }: FrameScores,
  row: number,
): (string | number | null)[] {
  const width = task === "multiclass" ? classes.length : 0;
  if (missing?.[row] === 1) return Array.from({ length: 2 + width }, () => null);
  if (task === "regression") return [prediction[row]!, score[row]!];
  const said = classes[prediction[row]!]!;
  if (task === "binary") return [said, score[row]!];
  const each = [...score.subarray(row * width, (row + 1) * width)];
  return [said, each[prediction[row]!]!, ...each];
}

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
