import type { Frame } from "@millrace/program";
import { ProgramError } from "@millrace/program";
import { type ExplainOptions, type Explanation, type ExplanationMethod, explain } from "@millrace/program/explain";
import { platformRuntimes } from "#kernel";
import { takeFrame } from "./columns.ts";
import { presentSorted } from "./partial-dependence.ts";

type ExplainedProgram = Parameters<typeof explain>[0];

/** What one input adds to the margin, over all rows: no row's own value can be read from it. */
export interface ContributionSummary {
  readonly input: string;
  /** Mean amount, whatever its sign, of all outputs together. */
  readonly mean: number;
  /** Of a model with one margin: the 5 % and 95 % quantile of the contribution … */
  readonly low?: number;
  readonly high?: number;
  /** … and its mean over the rows with the lowest and the highest third of the input's values (numbers and times). */
  readonly whenLow?: number;
  readonly whenHigh?: number;
}

export interface Contributions {
  readonly rows: number;
  /** What the sums are of: log-odds, value, or the margins of the classes. */
  readonly margin: "log-odds" | "value" | "margins of the classes";
  /** How they were found; older records lack it. */
  readonly method?: ExplanationMethod;
  /** The greatest mean first. */
  readonly inputs: readonly ContributionSummary[];
}

/** A margin that needs rows beside it; inputs that are images. */
const unexplained: readonly string[] = ["PROGRAM_TARGET_UNSUPPORTED", "PROGRAM_RUNTIME_MISSING"];
const fewestRows = 30;
/** Every row is set beside each of them, so the work grows with both. */
const mostBackground = 25;
/** From here on drawn orders take fewer margins than every set: a summary of rows hides what chance adds to one. */
const mostExact = 5;

/**
 * The Shapley values of rows in short (what a beeswarm shows): how much each input adds to the margin, how far that spreads,
 * and which way low and high values of the input push.
 *
 * Of trees and linear models they are exact; of other margins, such as a network's, `method` says whether every set of inputs
 * was tried or orders were drawn. Where the program does not hold what it needs of its training rows, such as the covers of its
 * leaves, some of the rows themselves stand for those.
 * Missing: `null` where the program cannot be run beside others, or there are no rows; rows without a margin are left out.
 * Source: S. Lundberg et al., From local explanations to global understanding with explainable AI for trees, Nature Machine
 * Intelligence 2, 2020 (summary plots).
 */
export function summarizeContributions(source: ExplainedProgram, frame: Frame): Contributions | null {
  if (frame.rows === 0) return null;
  const found =
    explained(source, frame, {}) ?? explained(source, frame, { background: spreadOf(frame, mostBackground) });
  if (found === null) return null;
  const { rows, method, told } = found;
  const outputs = rows[0]!.margin.length;
  const { task } = ("program" in source ? source.program : JSON.parse(source.json)).outputs as { task: string };
  return {
    rows: rows.length,
    method,
    margin: outputs > 1 ? "margins of the classes" : task === "binary" ? "log-odds" : "value",
    inputs: Object.keys(rows[0]!.contributions)
      .map((input) => summaryOf(input, rows, told, outputs))
      .sort((a, b) => b.mean - a.mean || (a.input < b.input ? -1 : 1)),
  };
}

function spreadOf(frame: Frame, most: number): Frame {
  const count = Math.min(most, frame.rows);
  return takeFrame(
    frame,
    Array.from({ length: count }, (_, k) => Math.floor((k * frame.rows) / count)),
  );
}

/** Nobody could name the parts of an image, and reading it thousands of times takes long. */
const external: typeof platformRuntimes = (node) =>
  node.operator.op === "imagePixels" ? undefined : platformRuntimes(node);

/** `null` where the program cannot be explained in this way. */
function explained(source: ExplainedProgram, frame: Frame, options: ExplainOptions) {
  try {
    const { method, explainFrame } = explain(source, { ...options, mostExact, external });
    const all = explainFrame(frame);
    const known = all.flatMap(({ margin }, row) => (margin.some(Number.isNaN) ? [] : [row]));
    if (known.length === 0) return null;
    return { method, rows: known.map((row) => all[row]!), told: takeFrame(frame, known) };
  } catch (error) {
    if (error instanceof ProgramError && unexplained.includes(error.code)) return null;
    throw error;
  }
}

function summaryOf(input: string, rows: readonly Explanation[], frame: Frame, outputs: number): ContributionSummary {
  const amounts = rows.map(({ contributions }) => contributions[input]!);
  const mean = amounts.reduce((sum, own) => sum + own.reduce((all, one) => all + Math.abs(one), 0), 0) / rows.length;
  if (outputs > 1) return { input, mean };
  const own = Float64Array.from(amounts, ([one]) => one!);
  const sorted = own.toSorted();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return { input, mean, low: at(0.05), high: at(0.95), ...thirds(own, frame, input) };
}

function thirds(own: Float64Array, frame: Frame, input: string): { whenLow?: number; whenHigh?: number } {
  const column = frame.columns.get(input);
  if (column === undefined || column.type === "string" || column.type === "bool" || column.type === "vector") return {};
  const values = presentSorted(column, frame.rows);
  if (values.length < fewestRows) return {};
  const low = values[Math.floor((values.length - 1) / 3)]!;
  const high = values[Math.ceil((2 * (values.length - 1)) / 3)]!;
  if (!(high > low)) return {};
  const meanWhere = (holds: (value: number) => boolean) => {
    const some = own.filter((_, row) => column.missing?.[row] !== 1 && holds(column.values[row]!));
    return some.reduce((sum, one) => sum + one, 0) / some.length;
  };
  return { whenLow: meanWhere((value) => value <= low), whenHigh: meanWhere((value) => value >= high) };
}
