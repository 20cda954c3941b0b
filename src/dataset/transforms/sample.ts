import type { Frame, JsonObject } from "@millrace/program";
import { randomStream } from "#kernel";
import { selectRows } from "../frames/select-rows.ts";
import { invalidOperation, type Operation } from "./operations.ts";
import { groupRows } from "./row-groups.ts";

type Sample = Extract<Operation, { op: "sample" }>;

/**
 * A sample without replacement, the rows in their order: those whose random number (by seed and row number) is smallest, of the whole or of
 * each group.
 */
export function sample(frame: Frame, operation: Sample): { frame: Frame; report: JsonObject } {
  const { rows, fraction, by, balanced } = operation;
  if (Number(rows !== undefined) + Number(fraction !== undefined) + Number(balanced) !== 1)
    throw invalidOperation("A sample needs exactly one of `rows`, `fraction` and `balanced`.");
  if (balanced && by === undefined)
    throw invalidOperation("A balanced sample needs `by`, the columns that make the groups.");
  const random = randomStream(operation.seed, "sample");
  const groups = groupRows(frame, by ?? []);
  const members: number[][] = groups.firstRows.map(() => []);
  for (const [row, code] of groups.codes.entries()) members[code]!.push(row);
  const smallest = members.reduce((least, group) => Math.min(least, group.length), Number.POSITIVE_INFINITY);
  const taken: number[] = [];
  for (const group of members) {
    const wanted = balanced ? smallest : Math.min(group.length, rows ?? Math.round(group.length * fraction!));
    const ranked = group
      .map((row) => ({ row, rank: random.uniformAt(row) }))
      .sort((a, b) => a.rank - b.rank || a.row - b.row);
    for (const { row } of ranked.slice(0, wanted)) taken.push(row);
  }
  const result = selectRows(frame, Uint32Array.from(taken).sort());
  return { frame: result, report: { rowsBefore: frame.rows, rowsAfter: result.rows, groups: members.length } };
}
