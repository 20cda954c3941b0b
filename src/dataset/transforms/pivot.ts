import type { Column, Frame } from "@millrace/program";
import { knownNames } from "#kernel";
import { columnNamed } from "../frames/frame-columns.ts";
import { sortedLevels } from "../frames/level-order.ts";
import { maskIndices, selectRows } from "../frames/select-rows.ts";
import { computeBy, pick, rowsOrMissing } from "./aggregate.ts";
import { invalidOperation, type Operation } from "./operations.ts";
import { groupRows } from "./row-groups.ts";

type Pivot = Extract<Operation, { op: "pivot" }>;

const MOST_LEVELS = 1000;

/** One row a group; one column a level of `names`, holding what `how` computes of `values` over the group's rows of that level. */
export function pivot(frame: Frame, operation: Pivot): Frame {
  const named = columnNamed(frame, operation.names);
  if (named.type !== "string")
    throw invalidOperation(`The pivot's names column "${operation.names}" must be text; it is ${named.type}.`);
  const present = new Set(named.codes);
  const levels = operation.levels ?? sortedLevels(named.levels.filter((_, code) => present.has(code)));
  if (levels.length > MOST_LEVELS)
    throw invalidOperation(
      `The pivot would make ${levels.length} columns of "${operation.names}"; the limit is ${MOST_LEVELS}.`,
      "List the ones that matter in `levels`.",
    );
  const groups = groupRows(frame, operation.by);
  const n = groups.firstRows.length;
  const keys = selectRows({ rows: frame.rows, columns: pick(frame, operation.by) }, groups.firstRows);
  const columns = new Map<string, Column>(keys.columns);
  for (const level of levels) {
    const name = `${operation.prefix}${level}`;
    if (columns.has(name))
      throw invalidOperation(
        `The pivot makes two columns called "${name}": ${knownNames(name, [...columns.keys()])}.`,
        "Set `prefix`.",
      );
    const code = named.levels.indexOf(level);
    const rows = maskIndices(Uint8Array.from(named.codes, (at) => (code !== -1 && at === code ? 1 : 0)));
    const part = selectRows(frame, rows);
    // Groups without this level must stay, as missing (or 0 for counts).
    const within = Int32Array.from(rows, (row) => groups.codes[row]!);
    const column = computeBy(part, { codes: within, firstRows: groups.firstRows }, operation.how, operation.values);
    columns.set(
      name,
      (column.type === "string" ? column.codes.length : column.values.length) === n
        ? column
        : rowsOrMissing(column, new Int32Array(n).fill(-1)),
    );
  }
  return { rows: n, columns };
}
