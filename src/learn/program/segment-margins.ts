import type { ProgramInput, ProgramNode, Tensor, ValueRef } from "@millrace/program";

/** A group of rows whose margin is a blend of its own model's and of everyone's. */
export interface SegmentMargin {
  /** The value of the segments' column, as text. */
  readonly value: string;
  /** Which of the models is its own. */
  readonly model: number;
  /** Share of its own model; the rest is everyone's. */
  readonly share: number;
}

/** The rows of one column that tell which segment a row is in. */
export interface Segments {
  readonly column: string;
  readonly own: readonly SegmentMargin[];
}

interface Place {
  readonly inputs: readonly ProgramInput[];
  readonly margins: readonly ValueRef[];
  /** Numbers of a margin: the classes of a multiclass problem, else 1. */
  readonly outputs: number;
}

/**
 * Nodes that give a row of a segment the blend of its own model, and any other row (a missing or new segment as well) `margin`.
 * The last of them is the margin.
 */
export function addSegmentMargins(
  { column, own }: Segments,
  margin: ValueRef,
  { inputs, margins, outputs }: Place,
  nodes: ProgramNode[],
  tensors: Map<string, Tensor>,
): ValueRef {
  const input = inputs.findIndex(({ name }) => name === column);
  const type = inputs[input]!.type;
  const add = (op: string, refs: readonly ValueRef[], attributes: ProgramNode["attributes"] = {}, label?: string) => {
    nodes.push({ op, version: 1, inputs: [...refs], attributes, ...(label === undefined ? {} : { label }) });
    return inputs.length + nodes.length - 1;
  };
  const number = (name: string, values: number[]) => {
    tensors.set(name, { type: "f64", values: Float64Array.from(values) });
    return { tensor: name };
  };
  const missing = add("isMissing", [input]);
  const numeric = type === "string" ? input : type === "bool" ? add("toNumber", [input]) : input;
  let all = margin;
  for (const [k, { value, model, share }] of own.entries()) {
    const flag =
      type === "string"
        ? add("lookup", [input], {
            levels: [value],
            values: number(`segment${k}.flag`, [1]),
            unseen: 0,
            missing: 0,
          })
        : add(
            "impute",
            [
              add("steps", [numeric], {
                edges: number(`segment${k}.edges`, edgesOf(value, type)),
                values: number(`segment${k}.flag`, [0, 1, 0]),
              }),
            ],
            { value: 0 },
          );
    const inside = add("compare", [flag, missing], { relation: "greater" }, `whether ${column} is ${value}`);
    const blend = add("combine", [margins[model]!, margin], { weights: [share, 1 - share] }, `margin of ${value}`);
    if (outputs === 1) all = add("choose", [inside, blend, all]);
    else {
      const parts = Array.from({ length: outputs }, (_, index) =>
        add("choose", [inside, add("element", [blend], { index }), add("element", [all], { index })]),
      );
      all = add("concat", parts);
    }
  }
  return all;
}

/** A whole number lies between its neighbours' halves. */
function edgesOf(value: string, type: ProgramInput["type"]): number[] {
  const at = type === "bool" ? Number(value === "true") : Number(value);
  return [at - 0.5, at + 0.5];
}
