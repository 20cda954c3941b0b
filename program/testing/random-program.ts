import type { Column, Frame } from "../columns.ts";
import type { JsonObject } from "../json.ts";
import type { InputType, Program, ProgramInput, ProgramNode, ProgramOutputs, Tensor, ValueRef } from "../model.ts";
import { typeOfInput, type ValueType } from "../operators/operator.ts";
import { checkGraph } from "../validate.ts";
import type { Pick } from "./pick.ts";
import { randomNode, randomValue } from "./random-node.ts";

const inputTypes: readonly InputType[] = ["number", "integer", "bool", "timestamp", "string", "number", "string"];

/** A random graph over every operator, with its tensors. Each value of it is valid; which node is last is chance. */
export function randomGraph(pick: Pick): {
  inputs: ProgramInput[];
  nodes: ProgramNode[];
  tensors: Map<string, Tensor>;
} {
  const inputs = inputTypes.map((type, i): ProgramInput => ({ name: `x${i}`, type, missingAllowed: true }));
  const nodes: ProgramNode[] = [];
  const tensors = new Map<string, Tensor>();
  const types: ValueType[] = inputs.map(typeOfInput);
  const count = 4 + pick(24);
  for (let k = 0; k < count; k++) {
    const node = randomNode(pick, types, tensors, `t${k}`);
    if (node === undefined) continue;
    nodes.push(node);
    types.push(checkGraph(inputs, nodes, tensors).at(-1)!.result);
  }
  return { inputs, nodes, tensors };
}

/** A random program that scores: the graph's last value, brought to the shape that a task needs. */
export function randomProgram(pick: Pick): { program: Program; tensors: Map<string, Tensor> } {
  const { inputs, nodes, tensors } = randomGraph(pick);
  const types: ValueType[] = [
    ...inputs.map(typeOfInput),
    ...checkGraph(inputs, nodes, tensors).map((node) => node.result),
  ];
  const usable = types.flatMap((type, ref) =>
    type.type === "number" || type.type === "integer" || type.type === "vector" ? [ref] : [],
  );
  const some = usable.slice(-6);
  const add = (op: string, from: readonly ValueRef[], attributes: JsonObject) => {
    nodes.push({ op, version: 1, inputs: from, attributes });
    return inputs.length + nodes.length - 1;
  };
  const all = add("concat", some, {});
  const width = (checkGraph(inputs, nodes, tensors).at(-1)!.result as { width: number }).width;
  const task = (["binary", "multiclass", "regression"] as const)[pick(3)]!;
  const outputs = task === "multiclass" ? 3 : 1;
  tensors.set("final", {
    type: "f64",
    values: Float64Array.from({ length: width * outputs }, () => (pick(9) - 4) / 4),
  });
  tensors.set("bias", { type: "f64", values: Float64Array.from({ length: outputs }, () => pick(5) - 2) });
  const margin = add("linear", [all], { weights: { tensor: "final" }, bias: { tensor: "bias" }, outputs });
  const score = task === "regression" ? margin : add(task === "binary" ? "logistic" : "softmax", [margin], {});
  const classes = { regression: undefined, binary: ["no", 'y"es'], multiclass: ["a", "constructor", "c"] }[task];
  const plain: ProgramOutputs = { task, score, ...(classes && { classes }) };
  if (pick(2) === 0) return { program: { format: 1, inputs, nodes, outputs: plain }, tensors };
  const numeric = inputs.flatMap((input, i) => (input.type === "number" || input.type === "integer" ? [i] : []));
  return { program: withExtras(pick, { inputs, nodes, tensors, outputs: plain, add }, numeric), tensors };
}

/** A program that is still being made. */
interface Unfinished {
  readonly inputs: readonly ProgramInput[];
  readonly nodes: ProgramNode[];
  readonly tensors: Map<string, Tensor>;
  readonly outputs: ProgramOutputs;
  add(op: string, from: readonly ValueRef[], attributes: JsonObject): ValueRef;
}

/** The same with outputs beside the score, and policies for invalid inputs; `numeric` are the values that have a domain. */
export function withExtras(
  pick: Pick,
  { inputs, nodes, tensors, outputs: plain, add }: Unfinished,
  numeric: readonly ValueRef[],
): Program {
  const { task, score, classes } = plain;
  const f64 = (name: string, values: readonly number[]) => {
    tensors.set(name, { type: "f64", values: Float64Array.from(values) });
    return { tensor: name };
  };
  const outside = add("outsideDomain", numeric, {
    low: f64(
      "domain.low",
      numeric.map((k) => -k),
    ),
    high: f64(
      "domain.high",
      numeric.map((k) => k * 1.5),
    ),
    spread: f64(
      "domain.spread",
      numeric.map((k) => 0.7 + k),
    ),
    missing: f64(
      "domain.missing",
      numeric.map((k) => (k % 3) / 2),
    ),
  });
  const half = () =>
    add("steps", [score], { edges: f64("half.edges", [-1, 0.5]), values: f64("half.values", [0.1, 2.5, 7]) });
  const pair = () => add("concat", [add("scale", [score], { offset: 1, scale: -1 }), score], {});
  const members = () =>
    add("atLeast", [task === "binary" ? pair() : score], {
      bounds: f64("set.bounds", [0.4, 0.3, 0.2].slice(0, classes!.length)),
    });
  const spread = task === "regression" ? half() : 0;
  return {
    format: 2,
    inputs: inputs.map((input) => {
      if (pick(3) > 0) return { ...input, invalid: "impute" };
      return pick(4) === 0 ? { ...input, missingAllowed: false, invalid: "abstain" } : input;
    }),
    nodes,
    outputs: {
      ...plain,
      ...(task === "regression"
        ? {
            interval: {
              low: add("subtract", [score, spread], {}),
              high: add("add", [score, spread], {}),
              level: 0.9,
            },
          }
        : { set: { members: members(), level: 0.9 } }),
      outOfDomain: { score: outside, threshold: 0.3 },
      abstain: { outOfDomain: pick(2) === 0, ...(task !== "regression" && { unsure: { from: 0.4, to: 0.55 } }) },
    },
  };
}

/** Rows of odd values for the inputs of `randomGraph`, as raw values; some keys are absent. */
export function randomRows(pick: Pick, inputs: readonly ProgramInput[], count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, () => {
    const row: Record<string, unknown> = {};
    for (const { name, type, invalid } of inputs) {
      if (invalid !== undefined && type !== "string" && pick(8) === 0) {
        row[name] = "no such thing";
        continue;
      }
      if (pick(6) === 0) {
        if (pick(2) === 0) row[name] = null;
        continue;
      }
      row[name] = randomValue(pick, type);
    }
    return row;
  });
}

/** The same rows as a frame of typed columns; NaN is left in place as a value, to be read as missing. */
export function frameOf(inputs: readonly ProgramInput[], rows: readonly Record<string, unknown>[]): Frame {
  const columns = new Map<string, Column>();
  for (const { name, type } of inputs) {
    const raw = rows.map((row) => row[name] ?? null);
    if (type === "string") {
      const levels = [...new Set(raw.filter((value) => value !== null))] as string[];
      columns.set(name, { type, codes: Int32Array.from(raw, (value) => levels.indexOf(value as string)), levels });
    } else {
      const missing = Uint8Array.from(raw, (value) =>
        value === null || (type === "bool" && typeof value === "string") ? 1 : 0,
      );
      const numbers = raw.map((value) => Number(value ?? 0));
      if (type === "bool") columns.set(name, { type, values: Uint8Array.from(numbers), missing });
      else if (type !== "strings" && type !== "vector")
        columns.set(name, { type, values: Float64Array.from(numbers), missing });
    }
  }
  return { rows: rows.length, columns };
}
