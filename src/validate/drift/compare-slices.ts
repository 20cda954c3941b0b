import type { Frame } from "@millrace/program";
import { selectRows } from "#dataset";
import { knownNames, MillraceError } from "#kernel";
import type { ResolvedDriftOptions } from "./drift-options.ts";
import type { DriftReport, DriftSlice } from "./model.ts";

const leastRows = 20;
const mostSlices = 200;

/**
 * The same comparison for the rows of each value of a column (or cross of columns) that both windows have often enough.
 * A slice's own columns are not compared.
 */
export function compareSlices(
  reference: Frame,
  current: Frame,
  options: ResolvedDriftOptions,
  compare: (reference: Frame, current: Frame, options: ResolvedDriftOptions) => DriftReport,
): DriftSlice[] {
  const found: DriftSlice[] = [];
  for (const asked of options.slices) {
    const names = asked.split("*").map((name) => name.trim());
    const a = rowsBySlice(reference, names);
    const b = rowsBySlice(current, names);
    for (const [key, rows] of [...a].sort((x, y) => y[1].length - x[1].length)) {
      const others = b.get(key);
      if (others === undefined || Math.min(rows.length, others.length) < leastRows) continue;
      if (found.length === mostSlices) return found;
      const report = compare(maskOf(reference, rows), maskOf(current, others), {
        ...options,
        exclude: [...options.exclude, ...names],
      });
      found.push({ slice: key, ...report });
    }
  }
  return found;
}

function rowsBySlice(frame: Frame, names: readonly string[]): Map<string, number[]> {
  const columns = names.map((name) => {
    const column = frame.columns.get(name);
    if (column === undefined || column.type === "vector")
      throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
        message: `A window has no column "${name}" to slice by (${knownNames(name, [...frame.columns.keys()])}).`,
        next: "Slice by columns that both windows have.",
        facts: { column: name },
      });
    if (column.type === "string") return (row: number) => column.levels[column.codes[row]!] ?? null;
    const say = column.type === "bool" ? (value: number) => (value === 1 ? "true" : "false") : String;
    return (row: number) => (column.missing?.[row] === 1 ? null : say(column.values[row]!));
  });
  const slices = new Map<string, number[]>();
  for (let row = 0; row < frame.rows; row++) {
    const values = columns.map((textOf) => textOf(row));
    if (values.includes(null)) continue;
    const key = names.map((name, i) => `${name}=${values[i]}`).join(" & ");
    const rows = slices.get(key);
    if (rows === undefined) slices.set(key, [row]);
    else rows.push(row);
  }
  return slices;
}

function maskOf(frame: Frame, rows: readonly number[]): Frame {
  const mask = new Uint8Array(frame.rows);
  for (const row of rows) mask[row] = 1;
  return selectRows(frame, mask);
}
