import { type Frame, load } from "@millrace/program";
import { assignSplits, selectRows } from "#dataset";
import { metricNamed, permutationImportance, scoredModel } from "#evaluate";
import { MillraceError, platformRuntimes, type WorkContext } from "#kernel";
import { type AutomlResult, automl, readTargetAs } from "#learn";
import { isFreeText } from "#transform";
import type { Proposal } from "../propose/propose-problem.ts";
import type { ProblemAnswers } from "./answers.ts";

/** Whether a model is worth a budget: `go`, a `rule` would do, `gather` more rows first, or `no`. */
export interface Feasibility {
  readonly verdict: "go" | "rule" | "gather" | "no";
  readonly reasons: readonly string[];
  /** What was tried, where anything could be. */
  readonly evidence: {
    readonly rows: number;
    readonly metric: string;
    readonly score: number | null;
    readonly interval: readonly [number, number] | null;
    readonly baseline: number | null;
    /** The same with the one best column. */
    readonly oneColumn: { readonly column: string; readonly score: number | null } | null;
  } | null;
  /** Money in a year, by a Fermi estimate; `null` where costs or numbers are not known. */
  readonly valuePerYear: { readonly amount: number; readonly currency: string; readonly how: string } | null;
}

const mostRows = 3000;
const fewestRows = 60;

/**
 * A look at what a small budget reaches, before a large one is spent: is there signal, are there rows enough, would one
 * column do, is it worth the money? It may advise against a model.
 *
 * Shapes: learns from at most 3,000 rows. Random: keyed by the context's seed. Missing: rows without a label are left out.
 */
export async function judgeFeasibility(
  frame: Frame,
  proposal: Proposal,
  leftOut: readonly string[],
  answers: ProblemAnswers,
  context: WorkContext,
): Promise<Feasibility> {
  if (frame.rows < fewestRows)
    return without(
      "gather",
      `There are ${frame.rows} rows; fewer than ${fewestRows} tell nothing that would hold on new ones.`,
    );
  const parts = splitRows(frame, proposal);
  const search = (columns: readonly string[]) =>
    automl(
      {
        ...parts,
        target: proposal.target.value,
        task: proposal.task.value,
        metric: proposal.metric.value,
        ...(proposal.positive === undefined ? {} : { positive: proposal.positive.value }),
        leftOut: [...columns],
        budgetTrials: 3,
        ensemble: false,
        refit: false,
        seed: 1,
      },
      context,
    );
  let whole: AutomlResult;
  try {
    whole = await search(leftOut);
  } catch (error) {
    if (!(error instanceof MillraceError) || !error.code.startsWith("LEARN_")) throw error;
    return without(error.code === "LEARN_TOO_FEW_ROWS" ? "gather" : "no", error.message);
  }
  const telling = bestColumn(whole, parts.validation, proposal);
  // Nobody writes a rule about free text.
  const best = telling === null || isFreeText(frame.columns.get(telling)!, frame.rows) ? null : telling;
  const others = [...frame.columns.keys()].filter((name) => name !== best && name !== proposal.target.value);
  const single = best === null ? null : await search(others).catch(() => null);
  const { score, interval, baseline, metric } = whole;
  const evidence = {
    rows: parts.train.rows + parts.validation.rows,
    metric,
    score,
    interval,
    baseline,
    oneColumn: best === null ? null : { column: best, score: single?.score ?? null },
  };
  const value = yearlyValue(whole, parts, proposal, answers);
  return { ...verdictOf(evidence, value, answers), evidence, valuePerYear: value };
}

function without(verdict: Feasibility["verdict"], reason: string): Feasibility {
  return { verdict, reasons: [reason], evidence: null, valuePerYear: null };
}

function verdictOf(
  { rows, metric, score, interval, baseline, oneColumn }: NonNullable<Feasibility["evidence"]>,
  value: Feasibility["valuePerYear"],
  { money, currency }: ProblemAnswers,
): Pick<Feasibility, "verdict" | "reasons"> {
  const { traits } = metricNamed(metric);
  const sign = traits.direction === "up" ? 1 : -1;
  const short = (one: number) => String(Number(one.toPrecision(3)));
  if (score === null || interval === null || baseline === null)
    return { verdict: "gather", reasons: [`${rows} rows do not define ${traits.title}: gather more of every class.`] };
  const worst = sign === 1 ? interval[0] : interval[1];
  const found = `${traits.title} is ${short(score)} (${short(interval[0])} to ${short(interval[1])}) after three trials on ${rows} rows; without a model it is ${short(baseline)}.`;
  if (sign * (worst - baseline) <= 0) {
    const few = rows < 1000;
    return {
      verdict: few ? "gather" : "no",
      reasons: [
        found,
        few
          ? "That may be chance: gather more rows before spending a budget."
          : "That may be chance, on so many rows: these columns tell little of the target. Don't use a model here; look for columns that tell it.",
      ],
    };
  }
  if (value !== null && money !== undefined && value.amount < money)
    return {
      verdict: "no",
      reasons: [
        found,
        `It is worth about ${short(value.amount)} ${value.currency} a year, and may cost ${short(money)} ${currency}: don't use a model here.`,
      ],
    };
  const rule = oneColumn?.score ?? null;
  if (oneColumn !== null && rule !== null && sign * (rule - worst) >= 0)
    return {
      verdict: "rule",
      reasons: [
        found,
        `The column ${oneColumn.column} alone reaches ${short(rule)}, which is within that range: try a rule on it first (model: { rule }).`,
      ],
    };
  return {
    verdict: "go",
    reasons: [
      found,
      ...(oneColumn === null || rule === null
        ? []
        : [`The best single column, ${oneColumn.column}, reaches ${short(rule)}.`]),
    ],
  };
}

interface Parts {
  readonly train: Frame;
  readonly validation: Frame;
}

function splitRows(frame: Frame, proposal: Proposal): Parts {
  const step = Math.max(1, Math.ceil(frame.rows / mostRows));
  const some = selectRows(
    frame,
    Uint8Array.from({ length: frame.rows }, (_, row) => (row % step === 0 ? 1 : 0)),
  );
  const { codes } = assignSplits(some, {
    strategy: proposal.split.value,
    fractions: { train: 0.6, validation: 0.4, test: 0 },
    target: proposal.target.value,
    seed: 1,
    keepDuplicatesTogether: true,
    ...(proposal.time === undefined ? {} : { time: proposal.time.value }),
    ...(proposal.group === undefined ? {} : { group: proposal.group.value }),
  });
  const part = (code: number) =>
    selectRows(
      some,
      codes.map((one) => (one === code ? 1 : 0)),
    );
  return { train: part(0), validation: part(1) };
}

/** The input whose shuffling costs most. */
function bestColumn(whole: AutomlResult, frame: Frame, proposal: Proposal): string | null {
  const { rows, labels, classes } = labelled(whole, frame, proposal);
  const model = scoredModel(load(whole, platformRuntimes));
  if (model.inputs.length < 2) return model.inputs[0] ?? null;
  const input = { labels, ...(classes === undefined ? {} : { classes }) };
  const options = { metric: whole.metric, repeats: 1, draws: 0 };
  return permutationImportance(model, proposal.task.value, rows, input, options)[0]?.input ?? null;
}

function labelled({ program }: AutomlResult, frame: Frame, proposal: Proposal) {
  const { classes } = program.outputs;
  const { values } = readTargetAs(frame, proposal.target.value, proposal.task.value, classes);
  const known = Uint8Array.from(values, (value) => (Number.isNaN(value) ? 0 : 1));
  return { rows: selectRows(frame, known), labels: values.filter((value) => !Number.isNaN(value)), classes };
}

/**
 * What better decisions save in a year: the cost of the best single decision for all, minus that of the best threshold; of
 * values and of several classes the errors that a model spares, at what one costs.
 */
function yearlyValue(
  whole: AutomlResult,
  parts: Parts,
  proposal: Proposal,
  answers: ProblemAnswers,
): Feasibility["valuePerYear"] {
  const { falsePositive, falseNegative, perYear, currency } = answers;
  if (proposal.task.value !== "binary") return errorsSpared(whole, parts, proposal, answers);
  if (falsePositive === undefined || falseNegative === undefined || perYear === undefined) return null;
  const { rows, labels } = labelled(whole, parts.validation, proposal);
  const { score } = load(whole, platformRuntimes).scoreFrame(rows);
  const order = [...labels.keys()].sort((a, b) => score[b]! - score[a]!);
  const positives = labels.reduce((sum, one) => sum + one, 0);
  let cost = positives * falseNegative;
  let least = cost;
  order.forEach((row, k) => {
    cost += labels[row] === 1 ? -falseNegative : falsePositive;
    const next = order[k + 1];
    if (next === undefined || score[next] !== score[row]) least = Math.min(least, cost);
  });
  const alike = Math.min(positives * falseNegative, (labels.length - positives) * falsePositive);
  const amount = ((alike - least) / labels.length) * perYear;
  const short = (one: number) => Number(one.toPrecision(2));
  return {
    amount: short(amount),
    currency,
    how: `${short(alike / labels.length)} ${currency} a decision without a model, ${short(least / labels.length)} with it, times ${perYear} decisions a year; an estimate, and a hopeful one, since the threshold was chosen on the same rows.`,
  };
}

function errorsSpared(
  whole: AutomlResult,
  { train, validation }: Parts,
  proposal: Proposal,
  { errorCost, perYear, currency }: ProblemAnswers,
): Feasibility["valuePerYear"] {
  if (errorCost === undefined || perYear === undefined) return null;
  const { rows, labels, classes } = labelled(whole, validation, proposal);
  const known = labelled(whole, train, proposal).labels;
  if (labels.length === 0 || known.length === 0) return null;
  const { score } = load(whole, platformRuntimes).scoreFrame(rows);
  const [alike, own] =
    classes === undefined ? missesOf(known, labels, score) : wrongOf(known, labels, score, classes.length);
  const short = (one: number) => Number(one.toPrecision(2));
  const what = classes === undefined ? "off by" : "wrong in a share of";
  return {
    amount: short((alike - own) * errorCost * perYear),
    currency,
    how: `${what} ${short(alike)} without a model, ${short(own)} with it, at ${errorCost} ${currency}, times ${perYear} decisions a year; an estimate from three trials.`,
  };
}

/** Mean absolute errors of the median of what is known, and of the scores. */
function missesOf(known: Float64Array, labels: Float64Array, score: Float64Array): readonly [number, number] {
  const middle = known.toSorted()[known.length >> 1]!;
  const mean = (of: (row: number) => number) =>
    labels.reduce((sum, label, row) => sum + Math.abs(label - of(row)), 0) / labels.length;
  return [mean(() => middle), mean((row) => score[row]!)];
}

/** Shares of wrong decisions: of the most frequent class of what is known, and of the likeliest class. */
function wrongOf(
  known: Float64Array,
  labels: Float64Array,
  score: Float64Array,
  classes: number,
): readonly [number, number] {
  const counts = new Float64Array(classes);
  for (const label of known) counts[label]!++;
  const usual = counts.indexOf(Math.max(...counts));
  let [alike, right] = [0, 0];
  labels.forEach((label, row) => {
    if (label === usual) alike++;
    const own = score.subarray(row * classes, (row + 1) * classes);
    if (own.indexOf(Math.max(...own)) === label) right++;
  });
  return [1 - alike / labels.length, 1 - right / labels.length];
}
