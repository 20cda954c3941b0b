import type { Frame } from "@millrace/program";
import { frameDigest } from "../frames/frame-digest.ts";
import type { SnapshotColumn, SnapshotInfo, SnapshotType } from "../model.ts";

/** Rows, columns and content digest of a frame as a snapshot. */
export function snapshotShape(frame: Frame, patterns: ReadonlyMap<string, string>): Omit<SnapshotInfo, "provenance"> {
  const columns = [...frame.columns].map(([name, column]): SnapshotColumn => {
    const pattern = column.type === "timestamp" ? patterns.get(name) : undefined;
    return { name, type: column.type as SnapshotType, ...(pattern === undefined ? {} : { pattern }) };
  });
  return { rows: frame.rows, columns, content: frameDigest(frame, knownPatterns(columns)) };
}

const knownPatterns = (columns: readonly SnapshotColumn[]) =>
  new Map(
    columns.flatMap((column): [string, string][] =>
      column.pattern === undefined ? [] : [[column.name, column.pattern]],
    ),
  );
