import type { Column, Frame } from "@millrace/program";
import { typeColumn } from "./type-column.ts";
import { missingTest, textOfValues } from "./value-kinds.ts";

/**
 * The frame with these columns of text typed by the rows that it has: numbers or true and false where every one is. What
 * kept them text may stand in rows that were taken out. Times stay text.
 */
export function typeTexts(frame: Frame, names: ReadonlySet<string>): Frame {
  const columns = new Map<string, Column>(frame.columns);
  for (const name of names) {
    const column = columns.get(name);
    if (column?.type !== "string") continue;
    const values = Array.from(column.codes, (code) => column.levels[code] ?? null);
    const text = textOfValues(values, missingTest([]));
    const typed = typeColumn(name, text, { nullValues: [], numbersInText: true }, []).column;
    if (typed.type !== "timestamp") columns.set(name, typed);
  }
  return { rows: frame.rows, columns };
}
