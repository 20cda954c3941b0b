import { MillraceError, randomStream } from "#kernel";
import { wilsonInterval } from "#validate";
import type { Task } from "../model.ts";
import type { SliceBaseline } from "../slices/slice-baseline.ts";

/** How well people do on the rows that they labelled, beside the model on the same rows. */
export interface HumanLevel {
  /** Accuracy of classes (greater is better), or mean absolute error of values (less is better). */
  readonly by: "accuracyScore" | "maeError";
  readonly raters: readonly RaterLevel[];
  /** Rows that at least one rater labelled. */
  readonly rows: number;
  /** Mean over all answers of all raters, with its interval over the rows; `null` without answers. */
  readonly people: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** The model on these rows, each counted as often as it was answered, and how much better it is than people. */
  readonly model: number | null;
  readonly modelBetterBy: number | null;
  readonly betterLow: number | null;
  readonly betterHigh: number | null;
  /** Of two people who answered the same row: how often they say the same, or how far apart they are; `null`: no such row. */
  readonly agreement: number | null;
  /** The same beyond chance (classes): 1 always alike, 0 as chance has it. */
  readonly kappa: number | null;
  /** `others`: each rater is judged by what most other raters say; rows on which these are split are left out. */
  readonly against: "target" | "others";
}

export interface RaterLevel {
  readonly name: string;
  readonly rows: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface RatersRequest {
  readonly task: Task;
  /** True values: class index, or value. */
  readonly labels: ArrayLike<number>;
  /** The model's decisions, as labels. */
  readonly predictions: ArrayLike<number>;
  /** One answer a row, as labels; NaN where a rater gave none. */
  readonly raters: readonly { readonly name: string; readonly answers: Float64Array }[];
  readonly against?: "target" | "others";
  readonly seed?: number;
  readonly draws?: number;
}

const confidence = 0.95;

/**
 * Human-level performance where raters labelled the same rows: each rater, all together, agreement, and the model beside them.
 *
 * Missing: answers that are NaN are left out; what no row defines is `null`. Intervals of all together are of the paired
 * bootstrap over rows; those of single raters Wilson's (classes). A target that was made of the raters' own answers flatters
 * them: then take `against: "others"`.
 * Errors: EVALUATE_LENGTH_MISMATCH: a rater with another number of rows than there are labels.
 * Source: J. Cohen, A coefficient of agreement for nominal scales, 1960; J. Fleiss, Measuring nominal scale agreement among
 * many raters, 1971 (pairs of answers a row, and chance from the shares of all answers).
 */
export function measureRaters(request: RatersRequest): HumanLevel {
  const { task, labels, predictions, raters, against = "target", seed = 0, draws = 1000 } = request;
  const rows = labels.length;
  for (const { name, answers } of raters)
    if (answers.length !== rows)
      throw new MillraceError("EVALUATE_LENGTH_MISMATCH", {
        message: `The rater "${name}" has ${answers.length} rows where there are ${rows} labels.`,
        next: "Give an answer, or NaN, for each row.",
        facts: { rater: name, rows: answers.length, expected: rows },
      });
  const isClass = task !== "regression";
  /** What a rater is judged by: NaN where there is nothing. */
  const truthFor = (rater: number, row: number) =>
    against === "target" ? labels[row]! : othersSay(raters, rater, row, isClass);
  const points = (answer: number, truth: number) => (isClass ? (answer === truth ? 1 : 0) : Math.abs(answer - truth));
  // By row: how many answers count, the sum of the people's points, and of the model's.
  const counts = new Float64Array(rows);
  const people = new Float64Array(rows);
  const model = new Float64Array(rows);
  const levels = raters.map(({ name, answers }, rater): RaterLevel => {
    let [judged, sum] = [0, 0];
    answers.forEach((answer, row) => {
      const truth = truthFor(rater, row);
      if (Number.isNaN(answer) || Number.isNaN(truth)) return;
      judged++;
      sum += points(answer, truth);
      counts[row]!++;
      people[row]! += points(answer, truth);
      model[row]! += points(predictions[row]!, truth);
    });
    if (judged === 0) return { name, rows: 0, value: null, low: null, high: null };
    const interval = isClass ? wilsonInterval(sum, judged, confidence) : { low: null, high: null };
    return { name, rows: judged, value: sum / judged, ...interval };
  });
  const answered = Array.from(counts.keys()).filter((row) => counts[row]! > 0);
  const mean = (values: Float64Array, drawn: readonly number[]) => {
    let [sum, count] = [0, 0];
    for (const row of drawn) {
      sum += values[row]!;
      count += counts[row]!;
    }
    return sum / count;
  };
  const better = (drawn: readonly number[]) => (isClass ? 1 : -1) * (mean(model, drawn) - mean(people, drawn));
  const whole = answered.length === 0 ? null : answered;
  const random = randomStream(seed, "raters");
  const sets =
    answered.length < 2
      ? []
      : Array.from({ length: draws }, () => answered.map(() => answered[random.integer(answered.length)]!));
  const interval = (of: (drawn: readonly number[]) => number) => {
    const values = sets.map(of).sort((a, b) => a - b);
    const at = (share: number) => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? null;
    return { low: at((1 - confidence) / 2), high: at((1 + confidence) / 2) };
  };
  const ofPeople = interval((drawn) => mean(people, drawn));
  const ofGap = interval(better);
  return {
    by: isClass ? "accuracyScore" : "maeError",
    raters: levels,
    rows: answered.length,
    people: whole && mean(people, whole),
    ...ofPeople,
    model: whole && mean(model, whole),
    modelBetterBy: whole && better(whole),
    betterLow: ofGap.low,
    betterHigh: ofGap.high,
    ...agreementOf(raters, rows, isClass),
    against,
  };
}

/** The most frequent (or mean) answer of the other raters; NaN where they are split or silent. */
function othersSay(raters: RatersRequest["raters"], own: number, row: number, isClass: boolean): number {
  const said = raters.flatMap(({ answers }, k) => (k === own || Number.isNaN(answers[row]!) ? [] : [answers[row]!]));
  if (said.length === 0) return Number.NaN;
  if (!isClass) return said.reduce((sum, one) => sum + one, 0) / said.length;
  const votes = [...Map.groupBy(said, (one) => one)].sort((a, b) => b[1].length - a[1].length);
  return votes.length > 1 && votes[0]![1].length === votes[1]![1].length ? Number.NaN : votes[0]![0];
}

function agreementOf(raters: RatersRequest["raters"], rows: number, isClass: boolean) {
  let [pairedRows, sum] = [0, 0];
  const shares = new Map<number, number>();
  let answersInAll = 0;
  for (let row = 0; row < rows; row++) {
    const said = raters.flatMap(({ answers }) => (Number.isNaN(answers[row]!) ? [] : [answers[row]!]));
    if (said.length < 2) continue;
    let [pairs, alike] = [0, 0];
    said.forEach((one, k) => {
      for (const other of said.slice(k + 1)) {
        pairs++;
        alike += isClass ? (one === other ? 1 : 0) : Math.abs(one - other);
      }
      shares.set(one, (shares.get(one) ?? 0) + 1);
      answersInAll++;
    });
    pairedRows++;
    sum += alike / pairs;
  }
  if (pairedRows === 0) return { agreement: null, kappa: null };
  const agreement = sum / pairedRows;
  const chance = [...shares.values()].reduce((all, count) => all + (count / answersInAll) ** 2, 0);
  return { agreement, kappa: !isClass || chance === 1 ? null : (agreement - chance) / (1 - chance) };
}

/**
 * What people and the model lose on each row that people answered, in one unit: the share of wrong decisions, or the absolute
 * error; NaN where nobody answered, or nothing says what is right.
 */
export function lossesOfPeople(request: RatersRequest): SliceBaseline {
  const { task, labels, predictions, raters, against = "target" } = request;
  const isClass = task !== "regression";
  const loss = (answer: number, truth: number) => (isClass ? (answer === truth ? 0 : 1) : Math.abs(answer - truth));
  const rows = labels.length;
  const [own, other] = [new Float64Array(rows).fill(Number.NaN), new Float64Array(rows).fill(Number.NaN)];
  for (let row = 0; row < rows; row++) {
    let [count, model, people] = [0, 0, 0];
    raters.forEach(({ answers }, rater) => {
      const truth = against === "target" ? labels[row]! : othersSay(raters, rater, row, isClass);
      if (Number.isNaN(answers[row]!) || Number.isNaN(truth)) return;
      count++;
      people += loss(answers[row]!, truth);
      model += loss(predictions[row]!, truth);
    });
    if (count === 0) continue;
    own[row] = model / count;
    other[row] = people / count;
  }
  return { name: "people", loss: isClass ? "share of wrong decisions" : "absolute error", own, other };
}

const shown = (value: number | null) => (value === null ? "–" : String(Number(value.toPrecision(3))));

/** The same in plain words, a sentence a line. */
export function describeHumanLevel(found: HumanLevel): string[] {
  const { by, raters, rows, people, low, high, model, modelBetterBy, betterLow, betterHigh, agreement, kappa } = found;
  if (people === null) return ["No rater labelled any of these rows."];
  const what = by === "accuracyScore" ? "accuracy" : "mean absolute error";
  const range = (from: number | null, to: number | null) => (from === null ? "" : ` (${shown(from)} to ${shown(to)})`);
  return [
    `People (${raters.length} raters, ${rows} rows): ${what} ${shown(people)}${range(low, high)}; the model on the same rows ${shown(model)}, better by ${shown(modelBetterBy)}${range(betterLow, betterHigh)}.`,
    `Each rater: ${raters.map(({ name, value, rows: own }) => `${name} ${shown(value)} (${own} rows)`).join(", ")}.`,
    agreement === null
      ? "No two of them answered the same row."
      : by === "accuracyScore"
        ? `Two of them say the same in ${shown(100 * agreement)} % of the rows (kappa ${shown(kappa)}).`
        : `Two of them lie ${shown(agreement)} apart in the mean.`,
  ];
}
