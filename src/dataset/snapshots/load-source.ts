import type { Frame } from "@millrace/program";
import type { ReadProblem, SourcePlace } from "../model.ts";
import { readSource } from "../reading/read-source.ts";
import { resolveSource, type SourceRef } from "../sources/source-schema.ts";
import type { Operation } from "../transforms/operations.ts";
import { transformFrame } from "../transforms/transform-snapshot.ts";
import type { IngestOptions } from "./ingest.ts";
import { frameOf, patternsOf } from "./ingest.ts";

/** What a source holds, in memory. */
export interface LoadedSource {
  readonly frame: Frame;
  readonly format: string;
  readonly problems: readonly ReadProblem[];
  /** How the text of timestamp columns was read, by column. */
  readonly patterns: ReadonlyMap<string, string>;
  /** The values of a row as they were read, by column; none where operations made the rows. */
  readonly texts: ReadonlyMap<string, (row: number) => string | null>;
}

/**
 * A source read whole and checked, as `ingest` reads it, without a snapshot of it.
 *
 * ```ts
 * const { frame } = await loadSource({ kind: "file", path: "strikes.csv" }, { project: "." });
 * ```
 *
 * Errors: those of `ingest`.
 */
export async function loadSource(
  source: SourceRef,
  options: SourcePlace & Pick<IngestOptions, "derive" | "where">,
): Promise<LoadedSource> {
  const { table } = await readSource(resolveSource(source), options);
  const operations: Operation[] = [
    ...(options.derive ?? []).map(({ name, sql }): Operation => ({ op: "derive", name, sql })),
    ...(options.where === undefined ? [] : [{ op: "filter", where: options.where } as const]),
  ];
  const read = frameOf(table);
  const frame = operations.length === 0 ? read : (await transformFrame(read, operations)).frame;
  const texts = new Map(operations.length === 0 ? table.columns.map(({ name, text }) => [name, text]) : []);
  return { frame, format: table.format, problems: table.problems, patterns: patternsOf(table), texts };
}
