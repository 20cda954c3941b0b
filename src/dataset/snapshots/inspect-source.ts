import { isMissing } from "../frames/frame-columns.ts";
import type { Inspection, SourcePlace } from "../model.ts";
import { readSource } from "../reading/read-source.ts";
import { resolveSource, type SourceRef } from "../sources/source-schema.ts";
import type { TypedColumn } from "../typing/type-column.ts";

/**
 * What a source holds: format, encoding, delimiter, header, columns with types inferred from every row, and what is worth a look.
 *
 * ```ts
 * const found = await inspectSource({ kind: "file", path: "strikes.csv" }, { project: "." });
 * found.columns[0]; // { name: "Airport Name", type: "string", nullable: false, … }
 * ```
 *
 * Missing: empty text, and what `nullValues` names; `None` and `NA` are values.
 * Errors: DATASET_…: a source that cannot be read whole and without doubt is refused with file, line and what to do.
 */
export async function inspectSource(source: SourceRef, place: SourcePlace): Promise<Inspection> {
  const { table, files } = await readSource(resolveSource(source), place);
  return {
    format: table.format,
    encoding: table.encoding,
    delimiter: table.delimiter,
    header: table.header,
    rows: table.rows,
    columns: table.columns.map((column) => inspectColumn(column, table.rows)),
    files,
    problems: table.problems,
  };
}

function inspectColumn(typed: TypedColumn, rows: number): Inspection["columns"][number] {
  let missing = 0;
  const examples = new Set<string>();
  for (let row = 0; row < rows; row++) {
    if (isMissing(typed.column, row)) missing++;
    else if (examples.size < 5 && row < 10_000) examples.add(typed.text(row)!);
  }
  return {
    name: typed.name,
    type: typed.column.type as Inspection["columns"][number]["type"],
    ...(typed.pattern === undefined ? {} : { pattern: typed.pattern }),
    nullable: missing > 0,
    missing,
    examples: [...examples],
  };
}
