import { countOf } from "#kernel";
import type { CheckedInput } from "./check-input.ts";
import type { EvaluationAlarm, MetricResult } from "./model.ts";

const fewRows = 50;
const nearlyAll = 0.95;

/** What the metrics alone may hide: a model that says the same to everyone, too little data, too good a result. */
export function findAlarms(checked: CheckedInput, metrics: Readonly<Record<string, MetricResult>>): EvaluationAlarm[] {
  const { task, rows, labels, scores, predictions, classes } = checked;
  const alarms: EvaluationAlarm[] = [];
  if (rows < fewRows)
    alarms.push({
      name: "fewRows",
      message: `Only ${countOf(rows, "row")} ${rows === 1 ? "was" : "were"} evaluated (fewer than ${fewRows}): intervals are wide.`,
    });
  if (rows === 0) return alarms;
  const width = scores.length / rows;
  if (rows > 1 && scores.every((score, i) => score === scores[i % width]))
    alarms.push({
      name: "constantScores",
      message: `Every row has the same score (${scores[0]}): the model tells no two rows apart.`,
    });
  if (task === "regression") return alarms;
  const seen = distinct(labels, classes.length);
  if (seen.size < 2)
    alarms.push({ name: "oneClass", message: `Every label is "${classes[labels[0]!]}": rankings cannot be judged.` });
  const said = distinct(predictions, classes.length);
  if (said.size < 2 && seen.size > 1)
    alarms.push({
      name: "onePrediction",
      message: `Every row is predicted "${classes[predictions[0]!]}", though ${seen.size} classes occur.`,
    });
  alarms.push(...findIgnorant(checked, said.size > 1 && seen.size > 1));
  const auc = metrics.rocAucScore?.value ?? 0;
  if (auc >= 0.995 && rows >= fewRows)
    alarms.push({
      name: "suspiciouslyGood",
      message: `ROC AUC is ${auc.toFixed(4)}: look for a column that already knows the answer.`,
    });
  return alarms;
}

/** The different values, looked for until there are as many as there can be. */
function distinct(values: ArrayLike<number>, most: number): ReadonlySet<number> {
  const found = new Set<number>();
  for (let row = 0; row < values.length && found.size < most; row++) found.add(values[row]!);
  return found;
}

/** A binary model that decides one way for nearly everyone and finds no more positives than chance: triage in name only. */
function findIgnorant({ task, rows, labels, predictions, classes }: CheckedInput, differs: boolean): EvaluationAlarm[] {
  if (task !== "binary" || rows < fewRows || !differs) return [];
  let said = 0;
  let positive = 0;
  let hits = 0;
  for (let row = 0; row < rows; row++) {
    said += predictions[row]!;
    positive += labels[row]!;
    hits += predictions[row]! * labels[row]!;
  }
  const share = Math.max(said, rows - said) / rows;
  // The spread of the hits if decisions were dealt out blindly (hypergeometric).
  const expected = (said * positive) / rows;
  const spread = Math.sqrt((expected * (1 - positive / rows) * (rows - said)) / (rows - 1));
  if (share < nearlyAll || hits > expected + 2 * spread) return [];
  return [
    {
      name: "decisionsIgnoreRows",
      message: `${(share * 100).toFixed(1)} % of the rows are predicted "${classes[said * 2 > rows ? 1 : 0]}", and the decisions find no more of "${classes[1]}" than chance would (${hits} of ${positive}).`,
    },
  ];
}
