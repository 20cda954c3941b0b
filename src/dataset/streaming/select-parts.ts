import type { Column } from "@millrace/program";
import { selectRows } from "../frames/select-rows.ts";
import type { StreamedSource } from "./model.ts";

/** A column beside those of a source: what it holds in a row (from 0, of the whole source). */
export interface AddedColumn {
  readonly name: string;
  readonly type: "integer" | "string";
  readonly valueAt: (row: number) => number | string;
}

/** The rows of a source for which `keep` is true (rows from 0), with more columns behind its own. */
export function selectParts(
  source: StreamedSource,
  keep: (row: number) => boolean,
  added: readonly AddedColumn[] = [],
): StreamedSource {
  return {
    ...source,
    names: [...source.names, ...added.map(({ name }) => name)],
    each: (work) => {
      let before = 0;
      return source.each((frame) => {
        const rows = kept(frame.rows, before, keep);
        const first = before;
        before += frame.rows;
        if (rows.length === 0) return;
        const more = added.map((one) => [one.name, columnOf(one, rows, first)] as const);
        const own = selectRows(frame, rows);
        return work({ rows: own.rows, columns: new Map([...own.columns, ...more]) });
      });
    },
    eachText: (work) => {
      let before = 0;
      return source.eachText((count, textAt) => {
        const rows = kept(count, before, keep);
        const first = before;
        before += count;
        if (rows.length === 0) return;
        return work(rows.length, (row, k) =>
          k < source.names.length
            ? textAt(rows[row]!, k)
            : String(added[k - source.names.length]!.valueAt(first + rows[row]!)),
        );
      });
    },
  };
}

function kept(rows: number, before: number, keep: (row: number) => boolean): number[] {
  const found: number[] = [];
  for (let row = 0; row < rows; row++) if (keep(before + row)) found.push(row);
  return found;
}

function columnOf({ type, valueAt }: AddedColumn, rows: readonly number[], before: number): Column {
  const values = rows.map((row) => valueAt(before + row));
  if (type === "integer") return { type, values: Float64Array.from(values, Number) };
  const codes = new Map<string, number>();
  for (const value of values) if (!codes.has(String(value))) codes.set(String(value), codes.size);
  return { type, levels: [...codes.keys()], codes: Int32Array.from(values, (value) => codes.get(String(value))!) };
}
