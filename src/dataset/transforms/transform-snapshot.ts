import type { Column, Frame, JsonObject } from "@millrace/program";
import { countOf, knownNames, MillraceError } from "#kernel";
import { type Engine, openEngine } from "../engine/open-engine.ts";
import { foldName } from "../engine/quoting.ts";
import { columnNamed, unknownColumn } from "../frames/frame-columns.ts";
import { maskIndices, selectRows } from "../frames/select-rows.ts";
import type { SnapshotInfo } from "../model.ts";
import { readSnapshot } from "../parquet/read-frame.ts";
import { writeFrame } from "../parquet/write-frame.ts";
import { snapshotShape } from "../snapshots/snapshot-shape.ts";
import { aggregate, pick } from "./aggregate.ts";
import { joinAsOf, joinByKey } from "./join.ts";
import { invalidOperation, type Operation, type OperationInput, resolveOperations } from "./operations.ts";
import { pivot } from "./pivot.ts";
import { sample } from "./sample.ts";
import { sqlColumn } from "./sql-columns.ts";

export interface TransformOptions {
  /** Path of the Parquet file to write. */
  readonly out: string;
  /** Paths of other snapshots by the name that joins give them. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/**
 * Applies recorded operations to a snapshot, one after the other, and writes what they give; its provenance says what each did.
 *
 * ```ts
 * await transformSnapshot("strikes.parquet", [
 *   { op: "derive", name: "damage", sql: `"Effect Amount of damage" <> 'None'` },
 *   { op: "join", with: "airports", on: ["Airport Name"] },
 * ], { out: "labelled.parquet", inputs: { airports: "airports.parquet" } });
 * ```
 *
 * Shapes: rows keep their order; joins report lost and doubled rows. Random: `sample` is by its seed and row numbers.
 * Errors: DATASET_OPERATION_INVALID, DATASET_COLUMN_UNKNOWN, DATASET_EXPRESSION_INVALID, DATASET_EXPRESSION_REFUSED, DATASET_ROWS_NONE.
 */
export async function transformSnapshot(
  path: string,
  operations: readonly OperationInput[],
  options: TransformOptions,
): Promise<SnapshotInfo> {
  const { frame: start, patterns: theirPatterns } = await readSnapshot(path);
  const patterns = new Map(theirPatterns);
  const inputs: Record<string, Frame> = {};
  const digests: JsonObject[] = [{ name: "rows", content: snapshotShape(start, patterns).content }];
  for (const [name, input] of Object.entries(options.inputs ?? {})) {
    const other = await readSnapshot(input);
    inputs[name] = other.frame;
    digests.push({ name, content: snapshotShape(other.frame, other.patterns).content });
    for (const [column, pattern] of other.patterns) if (!patterns.has(column)) patterns.set(column, pattern);
  }
  const resolved = resolveOperations(operations);
  const { frame, reports } = await transformFrame(start, resolved, { inputs });
  for (const operation of resolved)
    if (operation.op === "rename")
      for (const { from, to } of operation.columns) {
        const pattern = patterns.get(from);
        if (pattern !== undefined) patterns.set(to, pattern);
      }
  await writeFrame(frame, options.out, { patterns });
  return {
    ...snapshotShape(frame, patterns),
    provenance: { source: { kind: "transform", inputs: digests }, files: [], problems: [], operations: reports },
  };
}

/** The operations over frames in memory; each gives a report of what it did. */
export async function transformFrame(
  start: Frame,
  operations: readonly Operation[],
  options: { readonly inputs?: Readonly<Record<string, Frame>> } = {},
): Promise<{ frame: Frame; reports: JsonObject[] }> {
  let frame = start;
  const reports: JsonObject[] = [];
  const needsSql = operations.some(({ op }) => op === "derive" || op === "filter");
  const engine = needsSql ? await openEngine({ folders: [] }) : undefined;
  try {
    for (const operation of operations) {
      const done = await applyOperation(frame, operation, options.inputs ?? {}, engine);
      if (done.frame.rows === 0) throw noRows(operation, frame.rows);
      frame = done.frame;
      reports.push({ ...(operation as unknown as JsonObject), report: done.report });
    }
  } finally {
    await engine?.close();
  }
  return { frame, reports };
}

function noRows(operation: Operation, rows: number): MillraceError {
  return new MillraceError("DATASET_ROWS_NONE", {
    message: `The operation ${JSON.stringify(operation)} leaves none of ${countOf(rows, "row")}.`,
    next: "Widen the operation, or check that its keys and texts are written as in the data.",
    facts: { operation: operation.op, rowsBefore: rows },
  });
}

async function applyOperation(
  frame: Frame,
  operation: Operation,
  inputs: Readonly<Record<string, Frame>>,
  engine: Engine | undefined,
): Promise<{ frame: Frame; report: JsonObject }> {
  const only = (result: Frame) => ({ frame: result, report: { rowsBefore: frame.rows, rowsAfter: result.rows } });
  switch (operation.op) {
    case "derive": {
      const twin = [...frame.columns.keys()].find((name) => foldName(name) === foldName(operation.name));
      if (twin !== undefined)
        throw invalidOperation(`There is already a column "${twin}".`, "Give the derived column another name.");
      const column = await sqlColumn(engine!, frame, operation.sql, operation.name);
      return only({ rows: frame.rows, columns: new Map([...frame.columns, [operation.name, column]]) });
    }
    case "filter": {
      const kept = await sqlColumn(engine!, frame, operation.where, "filter");
      return only(selectRows(frame, maskIndices(asMask(kept, operation.where))));
    }
    case "select":
      return only({ rows: frame.rows, columns: pick(frame, operation.columns) });
    case "drop": {
      for (const name of operation.columns) columnNamed(frame, name);
      const gone = new Set(operation.columns);
      return only({ rows: frame.rows, columns: new Map([...frame.columns].filter(([name]) => !gone.has(name))) });
    }
    case "rename":
      return only(renamed(frame, operation.columns));
    case "join":
      return joinByKey(frame, inputNamed(inputs, operation.with), operation);
    case "joinAsOf":
      return joinAsOf(frame, inputNamed(inputs, operation.with), operation);
    case "aggregate":
      return only(aggregate(frame, operation));
    case "pivot":
      return only(pivot(frame, operation));
    case "sample":
      return sample(frame, operation);
  }
}

function asMask(column: Column, where: string): Uint8Array {
  if (column.type !== "bool")
    throw new MillraceError("DATASET_EXPRESSION_INVALID", {
      message: `The filter expression \`${where}\` gives ${column.type}, not true or false.`,
      next: "Write a condition, such as a comparison.",
      facts: { expression: where, type: column.type },
    });
  return column.values.map((value, row) => (value === 1 && column.missing?.[row] !== 1 ? 1 : 0));
}

function renamed(frame: Frame, pairs: readonly { from: string; to: string }[]): Frame {
  const names = [...frame.columns.keys()];
  for (const { from } of pairs) if (!frame.columns.has(from)) throw unknownColumn(from, names);
  const newName = new Map(pairs.map(({ from, to }) => [from, to]));
  const after = names.map((name) => newName.get(name) ?? name);
  const twin = after.find((name, k) => after.findIndex((other) => foldName(other) === foldName(name)) < k);
  if (twin !== undefined) throw invalidOperation(`Renaming gives two columns called "${twin}".`);
  return { rows: frame.rows, columns: new Map([...frame.columns.values()].map((column, k) => [after[k]!, column])) };
}

function inputNamed(inputs: Readonly<Record<string, Frame>>, name: string): Frame {
  if (Object.hasOwn(inputs, name)) return inputs[name]!;
  throw invalidOperation(
    `There is no snapshot "${name}" to join: ${knownNames(name, Object.keys(inputs))}.`,
    "Name it among the sources.",
  );
}
