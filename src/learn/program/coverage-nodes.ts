import type { Program, ProgramNode, ProgramOutputs, Tensor, ValueRef } from "@millrace/program";
import { setBound, stepWidths } from "../calibrate/conformal.ts";

/** Nodes that grow behind a program's own. */
export class GrowingGraph {
  readonly nodes: ProgramNode[];
  readonly tensors: Map<string, Tensor>;
  readonly #inputs: number;

  constructor(program: Program, tensors: ReadonlyMap<string, Tensor>) {
    this.nodes = [...program.nodes];
    this.tensors = new Map(tensors);
    this.#inputs = program.inputs.length;
  }

  add(op: string, inputs: readonly ValueRef[], attributes: ProgramNode["attributes"], label: string): ValueRef {
    this.nodes.push({ op, version: 1, inputs, attributes, label });
    return this.#inputs + this.nodes.length - 1;
  }

  f64(name: string, values: Float64Array | readonly number[]): { readonly tensor: string } {
    this.tensors.set(name, { type: "f64", values: Float64Array.from(values) });
    return { tensor: name };
  }
}

export interface IntervalRows {
  /** Of the calibration rows. */
  readonly scores: Float64Array;
  readonly values: Float64Array;
  /** Of rows that are not among them. */
  readonly otherScores: Float64Array;
}

/** A conformal interval around a regression's score. */
export function addInterval(
  graph: GrowingGraph,
  score: ValueRef,
  { scores, values, otherScores }: IntervalRows,
  level: number,
): { readonly interval: NonNullable<ProgramOutputs["interval"]>; readonly reason: string } {
  const residuals = values.map((value, i) => value - scores[i]!);
  const { edges, widths } = stepWidths(scores, residuals, otherScores, level);
  const constant = (sign: number) =>
    graph.add("scale", [score], { offset: -sign * widths[0]!, scale: 1 }, "bound of the interval");
  const stepped = () => {
    const attributes = { edges: graph.f64("interval.edges", edges), values: graph.f64("interval.widths", widths) };
    const half = graph.add("steps", [score], attributes, "half the interval");
    return ["subtract", "add"].map((op) => graph.add(op, [score, half], {}, "bound of the interval"));
  };
  const [low, high] = edges.length === 0 ? [constant(-1), constant(1)] : stepped();
  const width =
    widths.length === 1
      ? `± ${widths[0]!.toPrecision(4)} around every score`
      : `± ${Math.min(...widths).toPrecision(4)} to ± ${Math.max(...widths).toPrecision(4)} by where the score lies (${widths.length} bins)`;
  return {
    interval: { low: low!, high: high!, level },
    reason: `Intervals hold the true value of at least ${percent(level)} of rows like the ${scores.length} calibration rows: ${width}.`,
  };
}

/** A conformal set of classes; `trueScores` are the scores of the calibration rows' true classes. */
export function addSet(
  graph: GrowingGraph,
  { task, score, classes = [] }: ProgramOutputs,
  trueScores: Float64Array,
  level: number,
): { readonly set: NonNullable<ProgramOutputs["set"]>; readonly reason: string } {
  const bound = setBound(trueScores, level);
  const each =
    task === "multiclass"
      ? score
      : graph.add(
          "concat",
          [graph.add("scale", [score], { offset: 1, scale: -1 }, "score of the negative class"), score],
          {},
          "score of each class",
        );
  const bounds = graph.f64(
    "set.bounds",
    classes.map(() => bound),
  );
  const members = graph.add("atLeast", [each], { bounds }, "set of classes");
  return {
    set: { members, level },
    reason: `Sets hold the true class of at least ${percent(level)} of rows like the ${trueScores.length} calibration rows: every class with a score of at least ${bound.toFixed(4)}.`,
  };
}

export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}
