import {
  type Column,
  type Frame,
  load,
  type Program,
  type ProgramOutputs,
  type Tensors,
  type ValueRef,
} from "@millrace/program";
import { evaluateGraph } from "@millrace/program/write";
import { toldRange } from "#transform";
import { conformalRank } from "../calibrate/conformal.ts";
import { type GrowingGraph, percent } from "./coverage-nodes.ts";

/** What training saw of one input: numbers within low … high, spread by `spread`, missing or never missing. */
interface InputDomain {
  readonly ref: ValueRef;
  readonly low: number;
  readonly high: number;
  readonly spread: number;
  readonly missing: number;
  /** Of texts: 0 for each level that training saw, 1 for others. */
  readonly levels?: readonly string[];
}

/** Times go on, truth values have no outside, and of lists no domain is kept. */
const unbounded: ReadonlySet<string> = new Set(["timestamp", "bool", "strings", "vector"]);

/** Texts that hardly repeat are names or prose: a new one says nothing. */
const mostLevels = 1000;

/** What fewer training rows hold is not told by the program. */
const fewestTold = 5;

/**
 * An out-of-domain score: the mean over the inputs of how far each lies outside what the training rows held
 * (docs/decisions/0013). Times, truth values and lists are left out. The threshold is passed
 * by at most `share` of rows like the calibration rows. Nothing where no input is left.
 */
export function addDomain(
  graph: GrowingGraph,
  program: Program,
  tensors: Tensors,
  training: Frame,
  calibration: Frame,
  share: number,
): { readonly outOfDomain?: NonNullable<ProgramOutputs["outOfDomain"]>; readonly reason: string } {
  const refs = program.inputs.flatMap(({ type }, i) => (unbounded.has(type) ? [] : [i]));
  const columns = load({ program, tensors }).evaluateNodes(training, refs);
  const domains = refs.flatMap((ref, k) => domainOf(ref, columns[k]!, training.rows) ?? []);
  const left = program.inputs.flatMap(({ name }, i) => (domains.some(({ ref }) => ref === i) ? [] : [name]));
  if (domains.length === 0)
    return { reason: "There is no out-of-domain score: no input has a range or a list of levels that training saw." };
  const parts = domains.map(({ ref, levels }) => {
    if (levels === undefined) return ref;
    const values = graph.f64(`domain.levels.${ref}`, new Float64Array(levels.length));
    const attributes = { levels: [...levels], values, unseen: 1, missing: null };
    return graph.add("lookup", [ref], attributes, "1 for a level that training did not see");
  });
  const f64 = (name: "low" | "high" | "spread" | "missing") =>
    graph.f64(
      `domain.${name}`,
      domains.map((domain) => domain[name]),
    );
  const attributes = { low: f64("low"), high: f64("high"), spread: f64("spread"), missing: f64("missing") };
  const score = graph.add("outsideDomain", parts, attributes, "out of domain");
  const threshold = thresholdOf(program, graph, score, calibration, share);
  const without =
    left.length === 0 ? "" : ` It does not look at ${left.slice(0, 5).join(", ")}${left.length > 5 ? ", …" : ""}.`;
  return {
    outOfDomain: { score, threshold },
    reason: `A row is out of domain where its inputs lie ${threshold === 0 ? "at all" : `on average more than ${threshold.toPrecision(4)}`} outside what training saw; at most ${percent(share)} of rows like the ${calibration.rows} calibration rows do.${without}`,
  };
}

/** Passed by a row like the calibration rows with probability at most `share`: the split-conformal bound of the score. */
function thresholdOf(
  program: Program,
  graph: GrowingGraph,
  score: ValueRef,
  calibration: Frame,
  share: number,
): number {
  const { nodes, tensors } = graph;
  const [column] = evaluateGraph({ inputs: program.inputs, nodes, tensors }, calibration, [score]);
  if (column?.type !== "number") throw new TypeError("An out-of-domain score is a number.");
  const sorted = column.values.toSorted();
  const rank = conformalRank(sorted.length, 1 - share);
  // too few rows for a bound: beyond the greatest that was seen
  return rank > sorted.length ? (sorted.at(-1) ?? 0) : sorted[rank - 1]!;
}

function domainOf(ref: ValueRef, column: Column, rows: number): InputDomain | undefined {
  if (column.type === "string") return levelsOf(ref, column, rows);
  if (column.type === "vector" || column.type === "bool") return undefined;
  const missing = column.missing?.includes(1) === true ? 0 : 1;
  const values = column.values.filter((value, i) => column.missing?.[i] !== 1 && Number.isFinite(value)).sort();
  if (values.length === 0) return undefined;
  const at = (share: number) => values[Math.round(share * (values.length - 1))]!;
  const { low, high } = toldRange(values, fewestTold, 0)!;
  // the middle half, so that a single outlier does not stretch the unit; else the range, else any distance counts whole
  const spread = [at(0.75) - at(0.25), high - low, Math.abs(high)].find((width) => width > 0 && Number.isFinite(width));
  return { ref, low, high, spread: spread ?? 1, missing };
}

function levelsOf(ref: ValueRef, column: Column & { type: "string" }, rows: number): InputDomain | undefined {
  const counts = new Map<string, number>();
  let missing = 1;
  for (let i = 0; i < rows; i++) {
    const code = column.codes[i]!;
    if (code < 0) missing = 0;
    else counts.set(column.levels[code]!, (counts.get(column.levels[code]!) ?? 0) + 1);
  }
  if (counts.size > mostLevels || counts.size > rows / 2) return undefined;
  // A rare level could name a person: it counts as unseen, in the threshold as well.
  const levels = [...counts].flatMap(([level, count]) => (count >= fewestTold ? [level] : [])).sort();
  return levels.length === 0 ? undefined : { ref, low: 0, high: 0, spread: 1, missing, levels };
}
