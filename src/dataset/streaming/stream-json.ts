import type { ReadProblem } from "../model.ts";
import { ObjectColumns } from "../reading/object-columns.ts";
import { type JsonFormat, readJsonFile } from "../reading/read-json.ts";
import type { FoundFile } from "../sources/find-files.ts";
import type { FileSource } from "../sources/source-schema.ts";
import type { Value } from "../typing/value-column.ts";
import { missingTest, ValueDecision, valuesAs, valueText } from "../typing/value-kinds.ts";
import type { PartSize, StreamedSource } from "./model.ts";

type Columns = ReadonlyMap<string, readonly Value[]>;

/** Objects in parts: read once to decide the types, and once each time they are asked for. */
export async function streamJson(
  files: readonly FoundFile[],
  source: FileSource,
  format: JsonFormat,
  part: PartSize,
): Promise<StreamedSource> {
  const missingAt = missingTest(source.nullValues);
  const read = async (take: (columns: Columns, rows: number) => void | Promise<void>) => {
    const columns = new ObjectColumns();
    let bytes = 0;
    const flush = async () => {
      const count = columns.rows;
      bytes = 0;
      await take(columns.take(), count);
    };
    for (const file of files)
      await readJsonFile(file, source, format, columns, (length) => {
        bytes += length;
        return columns.rows >= part.rows || bytes >= part.bytes ? flush() : undefined;
      });
    if (columns.rows > 0) await flush();
  };
  const decisions = new Map<string, ValueDecision>();
  await read((columns) => {
    for (const [name, values] of columns) {
      const decision = decisions.get(name) ?? new ValueDecision(missingAt);
      decisions.set(name, decision);
      decision.add(values);
    }
  });
  const problems: ReadProblem[] = [];
  const types = [...decisions].map(([name, decision]) => [name, decision.decide(name, problems)] as const);
  // A column that appears in a later part is missing in the ones before.
  const valuesOf = (columns: Columns, name: string, rows: number) =>
    columns.get(name) ?? new Array<Value>(rows).fill(null);
  return {
    format,
    names: types.map(([name]) => name),
    problems,
    patterns: new Map(types.flatMap(([name, one]) => (one.type === "timestamp" ? [[name, one.pattern]] : []))),
    each: (work) =>
      read((columns, rows) => {
        const typed = types.map(
          ([name, type]) => [name, valuesAs(valuesOf(columns, name, rows), type, missingAt)] as const,
        );
        return work({ rows, columns: new Map(typed) });
      }),
    eachText: (work) =>
      read((columns, rows) => {
        const values = types.map(([name]) => valuesOf(columns, name, rows));
        return work(rows, (row, k) => {
          const value = values[k]![row];
          return missingAt(value) ? null : valueText(value!);
        });
      }),
  };
}
