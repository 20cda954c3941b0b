import type { Column, Frame, Program, Tensors } from "@millrace/program";
import { evaluateGraph } from "@millrace/program/write";
import { platformRuntimes } from "#kernel";
import type { GoldenRow } from "../golden/golden-rows.ts";

/** What gives exactly the double that every other target gives, so that no rounding can take it across a split. */
const exactOperators = new Set([
  "toNumber",
  "impute",
  "isMissing",
  "clip",
  "bin",
  "ordinal",
  "lookup",
  "oneHot",
  "hash",
  "boolText",
  "datePart",
  "element",
]);

/**
 * Whether a row has a computed feature within the tolerance of a threshold that it is compared with. Raw values and what is
 * only looked up never count: those compare alike everywhere.
 */
export function nearSplits(
  program: Program,
  tensors: Tensors,
  rows: readonly GoldenRow[],
  tolerance: number,
): (row: number) => boolean {
  const thresholds = thresholdsOfComputed(program, tensors);
  if (thresholds.size === 0) return () => false;
  const refs = [...thresholds.keys()];
  const columns = evaluateGraph(
    { inputs: program.inputs, nodes: program.nodes, tensors },
    textFrame(program, rows),
    refs,
    platformRuntimes,
  );
  const near = new Uint8Array(rows.length);
  columns.forEach((column, k) => {
    if (column.type === "string") return;
    const sorted = thresholds.get(refs[k]!)!;
    const width = column.type === "vector" ? column.width : 1;
    for (let place = 0; place < rows.length * width; place++) {
      const row = Math.floor(place / width);
      if (column.missing?.[row] !== 1 && isNear(sorted, column.values[place]!, tolerance)) near[row] = 1;
    }
  });
  return (row) => near[row] === 1;
}

function thresholdsOfComputed({ inputs, nodes }: Program, tensors: Tensors): Map<number, Float64Array> {
  const exact: boolean[] = inputs.map(() => true);
  for (const node of nodes) exact.push(exactOperators.has(node.op) && node.inputs.every((ref) => exact[ref]));
  const found = new Map<number, number[]>();
  for (const node of nodes) {
    if (node.op === "atLeast" || node.op === "steps") {
      const { tensor } = node.attributes[node.op === "steps" ? "edges" : "bounds"] as { tensor: string };
      const ref = node.inputs[0]!;
      found.set(ref, [...(found.get(ref) ?? []), ...(tensors.get(tensor)!.values as Float64Array)]);
      continue;
    }
    if (node.op !== "trees") continue;
    const values = (name: string) => tensors.get((node.attributes[name] as { tensor: string }).tensor)!.values;
    const threshold = values("threshold");
    values("feature").forEach((feature, n) => {
      const ref = node.inputs[feature]!;
      if (!exact[ref]) found.set(ref, [...(found.get(ref) ?? []), threshold[n]!]);
    });
  }
  return new Map([...found].map(([ref, values]) => [ref, Float64Array.from(values).sort()]));
}

function isNear(sorted: Float64Array, x: number, tolerance: number): boolean {
  const margin = tolerance * Math.max(1, Math.abs(x));
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < x - margin) low = middle + 1;
    else high = middle;
  }
  return low < sorted.length && sorted[low]! <= x + margin;
}

/** Rows as text columns, which the interpreter reads by the rules of each input. */
export function textFrame({ inputs }: Program, rows: readonly GoldenRow[]): Frame {
  const columns = new Map<string, Column>();
  for (const { name } of inputs) {
    const places = new Map<string, number>();
    const codes = Int32Array.from(rows, (row) => {
      const cell = row[name] ?? null;
      if (cell === null) return -1;
      const place = places.get(cell) ?? places.size;
      places.set(cell, place);
      return place;
    });
    columns.set(name, { type: "string", codes, levels: [...places.keys()] });
  }
  return { rows: rows.length, columns };
}
