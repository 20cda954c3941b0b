import type { Column, Frame, StringColumn } from "@millrace/program";
import { type NumberStyle, numberStyleOf } from "./number-words.ts";
import type { TextColumn } from "./text-column.ts";
import { typeColumn } from "./type-column.ts";
import { missingTest, textOfValues } from "./value-kinds.ts";

/** How the numbers among texts are written, where not as in JSON. */
export type WrittenNumbers = { readonly [mark in keyof NumberStyle]?: NumberStyle[mark] | undefined };

/**
 * The frame with these columns of text typed by the rows that it has, as a source of text is. What kept them text may stand
 * in rows that were taken out. `patterns` says how texts became times.
 */
export function typeTexts(
  frame: Frame,
  names: ReadonlySet<string>,
  written: WrittenNumbers = {},
): { readonly frame: Frame; readonly patterns: ReadonlyMap<string, string> } {
  const columns = new Map<string, Column>(frame.columns);
  const patterns = new Map<string, string>();
  const options = { nullValues: [], numbersInText: true, numbers: styleOf(written) };
  for (const name of names) {
    const column = columns.get(name);
    if (column?.type !== "string") continue;
    const typed = typeColumn(name, textOf(column), options, []);
    columns.set(name, typed.column);
    if (typed.pattern !== undefined) patterns.set(name, typed.pattern);
  }
  return { frame: { rows: frame.rows, columns }, patterns };
}

/** The style that is written of numbers; undefined where they are as in JSON. */
export function styleOf({ decimal = ".", thousands = "" }: WrittenNumbers): NumberStyle | undefined {
  return numberStyleOf({ decimal, thousands });
}

/** A column of a frame as text to be typed. */
export function textOf({ codes, levels }: StringColumn): TextColumn {
  return textOfValues(
    Array.from(codes, (code) => levels[code] ?? null),
    missingTest([]),
  );
}
