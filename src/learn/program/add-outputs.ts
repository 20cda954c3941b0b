import {
  type Frame,
  type FrameScores,
  load,
  type Program,
  type ProgramInput,
  type ProgramOutputs,
  type Tensors,
  validateProgram,
} from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";
import { chooseBand, costOf } from "../calibrate/choose-abstention.ts";
import type { DecisionCosts } from "../calibrate/choose-threshold.ts";
import { conformalRank, fewestRows } from "../calibrate/conformal.ts";
import { addInterval, addSet, GrowingGraph, percent } from "./coverage-nodes.ts";
import { addDomain } from "./domain-nodes.ts";

export type InvalidPolicy = "refuse" | "impute" | "abstain";

/** Outputs beside the score that a program is to get; what is not named it does not get. */
export interface WantedOutputs {
  /** The share of rows whose true value the interval (regression) or the set of classes is to hold. */
  readonly coverage?: number | undefined;
  /** The share of rows like the training rows that may be called out of domain. */
  readonly outOfDomain?: number | undefined;
  readonly abstain?: AbstainOptions | undefined;
  readonly costs?: DecisionCosts | undefined;
  /** What becomes of invalid values, by input; `*` is every other one. */
  readonly invalid?: Readonly<Record<string, InvalidPolicy>> | undefined;
}

export interface AbstainOptions {
  readonly maxError?: number | undefined;
  readonly cost?: number | undefined;
}

export interface OutputRows {
  /** Rows that the final model did not learn from. */
  readonly calibration: { readonly frame: Frame; readonly target: Float64Array };
  /** Rows that it learned from. */
  readonly training: Frame;
}

interface Made {
  readonly program: Program;
  readonly tensors: Tensors;
}

/**
 * The program with intervals or sets, an out-of-domain score, abstention and policies for invalid inputs, as far as they are
 * wanted, learned from calibration rows.
 *
 * Errors: LEARN_TOO_FEW_ROWS: calibration rows at that coverage; LEARN_COLUMN_UNKNOWN: a policy of no column.
 */
export function addOutputs(
  { program, tensors }: Made,
  wanted: WantedOutputs,
  { calibration, training }: OutputRows,
  columns: readonly string[],
): Made & { readonly reasons: readonly string[] } {
  const { outputs } = program;
  const graph = new GrowingGraph(program, tensors);
  const reasons: string[] = [];
  const scorer = load({ program, tensors });
  const scored = scorer.scoreFrame(calibration.frame);
  const known = Array.from(calibration.target.keys()).filter((i) => scored.missing?.[i] !== 1);
  const extras: { -readonly [K in "interval" | "set" | "outOfDomain" | "abstain"]?: ProgramOutputs[K] } = {};
  if (wanted.coverage !== undefined) {
    requireRows(known.length, wanted.coverage);
    if (outputs.task === "regression") {
      const rows = {
        scores: Float64Array.from(known, (i) => scored.score[i]!),
        values: Float64Array.from(known, (i) => calibration.target[i]!),
        otherScores: scorer.scoreFrame(training).score,
      };
      const made = addInterval(graph, outputs.score, rows, wanted.coverage);
      extras.interval = made.interval;
      reasons.push(made.reason);
    } else {
      const own = Float64Array.from(known, (i) => trueScore(outputs, scored, i, calibration.target[i]!));
      const made = addSet(graph, outputs, own, wanted.coverage);
      extras.set = made.set;
      reasons.push(made.reason);
    }
  }
  if (wanted.outOfDomain !== undefined) {
    const made = addDomain(graph, program, tensors, training, calibration.frame, wanted.outOfDomain);
    if (made.outOfDomain !== undefined) extras.outOfDomain = made.outOfDomain;
    reasons.push(made.reason);
  }
  const inputs = withPolicies(program.inputs, wanted.invalid ?? {}, columns);
  const abstains = inputs.some(({ invalid }) => invalid === "abstain");
  if (wanted.abstain !== undefined || abstains) {
    const band = bandOf(outputs, scored, known, calibration.target, wanted);
    if (band !== undefined) reasons.push(band.reason);
    extras.abstain = {
      ...(wanted.abstain !== undefined && extras.outOfDomain !== undefined ? { outOfDomain: true } : {}),
      ...(band === undefined ? {} : { unsure: { from: band.from, to: band.to } }),
    };
  }
  const isPlain = Object.keys(extras).length === 0 && inputs.every(({ invalid }) => invalid === undefined);
  const made: Program = { format: isPlain ? 1 : 2, inputs, nodes: graph.nodes, outputs: { ...outputs, ...extras } };
  validateProgram(made, graph.tensors);
  return { program: made, tensors: graph.tensors, reasons };
}

function requireRows(rows: number, level: number): void {
  const least = Math.max(20, fewestRows(level));
  if (rows >= least && conformalRank(rows, level) <= rows) return;
  throw new MillraceError("LEARN_TOO_FEW_ROWS", {
    message: `There are ${rows} calibration rows (half of the validation rows); a coverage of ${percent(level)} needs at least ${least}.`,
    next: "Give a greater share of the rows to validation, or ask for a smaller coverage.",
    facts: { rows, least },
  });
}

/** Of a row: the score of its true class. */
function trueScore({ task, classes = [] }: ProgramOutputs, { score }: FrameScores, row: number, label: number): number {
  if (task === "multiclass") return score[row * classes.length + label]!;
  return label === 1 ? score[row]! : 1 - score[row]!;
}

function bandOf(
  outputs: ProgramOutputs,
  { score, prediction }: FrameScores,
  known: readonly number[],
  target: Float64Array,
  { abstain, costs }: WantedOutputs,
) {
  const { task, classes = [], threshold = 0.5 } = outputs;
  if (abstain?.maxError === undefined && abstain?.cost === undefined) return undefined;
  if (task === "regression")
    throw new MillraceError("LEARN_OPTION_INVALID", {
      message: "A regression has no decisions to leave open: maxError and cost of `abstain` are for classes.",
      next: "Leave them out; a regression may abstain out of domain and where an input is invalid.",
    });
  const shown = (i: number) => (task === "binary" ? score[i]! : score[i * classes.length + prediction[i]!]!);
  const rows = known.map((i) => ({
    score: shown(i),
    wrong: prediction[i] !== target[i],
    cost: task === "binary" ? costOf(target[i] === 1, costs) : 1,
  }));
  const rule =
    abstain.maxError === undefined
      ? ({ rule: "cost", cost: abstain.cost! } as const)
      : ({ rule: "maxError", maxError: abstain.maxError } as const);
  return chooseBand(rows, task === "binary" ? threshold : 0, rule);
}

/** Inputs with what becomes of invalid values. `impute` needs one that may be missing, `abstain` makes it one that may not. */
function withPolicies(
  inputs: readonly ProgramInput[],
  policies: Readonly<Record<string, InvalidPolicy>>,
  columns: readonly string[],
): readonly ProgramInput[] {
  const unknown = Object.keys(policies).find((name) => name !== "*" && !columns.includes(name));
  if (unknown !== undefined)
    throw new MillraceError("LEARN_COLUMN_UNKNOWN", {
      message: `There is no column "${unknown}" to have a policy for invalid values (${knownNames(unknown, [...columns])}).`,
      next: "Correct the column's name in `invalid`.",
      facts: { column: unknown },
    });
  return inputs.map((input) => {
    const policy = policies[input.name] ?? policies["*"] ?? "refuse";
    if (policy === "refuse") return input;
    return policy === "impute"
      ? { ...input, missingAllowed: true, invalid: policy }
      : { ...input, missingAllowed: false, invalid: policy };
  });
}
