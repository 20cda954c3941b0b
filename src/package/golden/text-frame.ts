import type { Column, Frame, Program } from "@millrace/program";
import type { GoldenRow } from "./golden-rows.ts";

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
