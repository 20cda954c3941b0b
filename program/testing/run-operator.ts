import type { Column } from "../columns.ts";
import { evaluateGraph } from "../interpreter/evaluate.ts";
import type { JsonObject } from "../json.ts";
import type { ProgramInput, Tensor } from "../model.ts";

/** A column of numbers; missing as null. */
export const numbers = (...values: (number | null)[]): Column => ({
  type: "number",
  values: Float64Array.from(values, (value) => value ?? 0),
  missing: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
});
export const f64 = (...values: number[]): Tensor => ({ type: "f64", values: Float64Array.from(values) });

/** One operator over columns; missing as null, vectors as lists. */
export function run(
  op: string,
  columns: Column[],
  attributes: JsonObject = {},
  tensors: Record<string, Tensor> = {},
  version: 1 | 2 = 1,
): unknown[] {
  const inputs = columns.map(
    (column, i) => ({ name: `x${i}`, type: column.type, missingAllowed: true }) as ProgramInput,
  );
  const first = columns[0]!;
  const rows = first.type === "string" ? first.codes.length : first.values.length;
  const frame = { rows, columns: new Map(columns.map((column, i) => [`x${i}`, column] as const)) };
  const node = { op, version, inputs: columns.map((_, i) => i), attributes } as const;
  const [out] = evaluateGraph({ inputs, nodes: [node], tensors: new Map(Object.entries(tensors)) }, frame, [
    columns.length,
  ]);
  return Array.from({ length: rows }, (_, i) => {
    if (out!.type === "string") return out!.codes[i]! < 0 ? null : out!.levels[out!.codes[i]!];
    if (out!.missing?.[i] === 1) return null;
    return out!.type === "vector" ? [...out!.values.subarray(i * out!.width, (i + 1) * out!.width)] : out!.values[i];
  });
}
