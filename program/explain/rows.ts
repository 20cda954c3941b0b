import type { Column, Frame } from "../columns.ts";
import { fillColumn } from "../interpreter/input-columns.ts";
import type { RawRow } from "../interpreter/row.ts";
import { Unreadable, valueReader } from "../interpreter/values.ts";
import type { ProgramInput } from "../model.ts";
import { withMask } from "../operators/operator.ts";
import { ProgramError } from "../problem.ts";

/** Raw rows as a frame, by the readings of a single row. Errors: PROGRAM_INPUT_INVALID. */
export function frameOfRows(inputs: readonly ProgramInput[], rows: readonly RawRow[]): Frame {
  const columns = inputs.map((input) => {
    const read = valueReader(input);
    const cell = (raw: RawRow) => {
      const value = read(Object.hasOwn(raw, input.name) ? raw[input.name] : undefined);
      if (!(value instanceof Unreadable)) return value;
      if (input.invalid !== undefined) return null;
      throw new ProgramError(
        "PROGRAM_INPUT_INVALID",
        `The value of "${input.name}" ${value.reason}.`,
        "Correct the row; `check` names its problems.",
      );
    };
    return [input.name, fillColumn(input, rows.length, (row) => cell(rows[row]!))] as const;
  });
  return { rows: rows.length, columns: new Map(columns) };
}

/** The values of one column, then those of another of the same type. */
export function joinColumns(first: Column, second: Column, rows: readonly [number, number]): Column {
  if (first.type === "string" || second.type === "string") {
    if (first.type !== "string" || second.type !== "string")
      throw new TypeError("Both columns hold texts, or neither.");
    const codes = new Map(first.levels.map((level, code) => [level, code]));
    for (const level of second.levels) if (!codes.has(level)) codes.set(level, codes.size);
    const others = Int32Array.from(second.codes, (code) => (code < 0 ? -1 : codes.get(second.levels[code]!)!));
    return { type: "string", levels: [...codes.keys()], codes: Int32Array.of(...first.codes, ...others) };
  }
  const missing = new Uint8Array(rows[0] + rows[1]);
  if (first.missing !== undefined) missing.set(first.missing);
  if (second.missing !== undefined) missing.set(second.missing, rows[0]);
  const values = first.type === "bool" ? Uint8Array : Float64Array;
  const joined = new values(first.values.length + second.values.length);
  joined.set(first.values);
  joined.set(second.values, first.values.length);
  return withMask({ ...first, missing: undefined, values: joined } as unknown as Column, missing);
}

/** A column's values in another order, with rows left out or repeated. */
export function takeValues(column: Column, rows: Int32Array): Column {
  const count = rows.length;
  if (column.type === "string") {
    const codes = new Int32Array(count);
    for (let i = 0; i < count; i++) codes[i] = column.codes[rows[i]!]!;
    return { ...column, codes };
  }
  const missing = new Uint8Array(count);
  if (column.missing !== undefined) for (let i = 0; i < count; i++) missing[i] = column.missing[rows[i]!]!;
  const width = column.type === "vector" ? column.width : 1;
  const values = column.type === "bool" ? new Uint8Array(count) : new Float64Array(count * width);
  for (let i = 0; i < count; i++)
    for (let k = 0; k < width; k++) values[i * width + k] = column.values[rows[i]! * width + k]!;
  return withMask({ ...column, missing: undefined, values } as unknown as Column, missing);
}
