import type { Column } from "@millrace/program";
import type { ReadProblem } from "../model.ts";
import { readCsvFile } from "../reading/read-csv.ts";
import type { FoundFile } from "../sources/find-files.ts";
import type { FileSource } from "../sources/source-schema.ts";
import { type DecidedType, TypeDecision, typeAs } from "../typing/decide-type.ts";
import { numberStyleOf } from "../typing/number-words.ts";
import type { TextColumn } from "../typing/text-column.ts";
import { nullEntries } from "../typing/type-column.ts";
import type { PartSize, StreamedSource } from "./model.ts";

type TakeTexts = (columns: ReadonlyMap<string, TextColumn>) => void | Promise<void>;

/** Text files in parts: read once to decide the types, and once each time they are asked for. */
export async function streamCsv(
  files: readonly FoundFile[],
  source: FileSource,
  part: PartSize,
): Promise<StreamedSource> {
  const problems: ReadProblem[] = [];
  const decisions = new Map<string, TypeDecision>();
  const style = numberStyleOf(source);
  let delimiter = ",";
  const read = async (found: ReadProblem[], take: TakeTexts) => {
    const columns = new Map<string, TextColumn>();
    let header = source.header;
    for (const [k, file] of files.entries()) {
      const stated = header === undefined ? source : { ...source, header };
      const one = await readCsvFile(file, stated, columns, found, k === 0, { ...part, take });
      ({ header, delimiter } = one);
    }
    if (rowsOf(columns) > 0) await take(columns);
  };
  await read(problems, (columns) => {
    for (const [name, text] of columns) {
      const decision = decisions.get(name) ?? new TypeDecision(source.nullValues, style);
      decisions.set(name, decision);
      decision.add(text);
    }
  });
  const types = new Map<string, DecidedType>();
  for (const [name, decision] of decisions) types.set(name, decision.decide(name, problems));
  return {
    format: source.format ?? (delimiter === "\t" ? "tsv" : "csv"),
    names: [...types.keys()],
    problems,
    patterns: new Map([...types].flatMap(([name, one]) => (one.type === "timestamp" ? [[name, one.pattern]] : []))),
    each: (work) =>
      read([], (columns) => {
        const typed = [...columns].map(([name, text]): [string, Column] => [
          name,
          typeAs(text, types.get(name)!, source.nullValues, style),
        ]);
        return work({ rows: rowsOf(columns), columns: new Map(typed) });
      }),
    eachText: (work) =>
      read([], (columns) => {
        const texts = [...columns.values()];
        const nulls = texts.map((text) => nullEntries(text, source.nullValues));
        return work(rowsOf(columns), (row, k) => {
          const code = texts[k]!.codes[row]!;
          return code === -1 || nulls[k]?.[code] === 1 ? null : texts[k]!.textOf(code);
        });
      }),
  };
}

const rowsOf = (columns: ReadonlyMap<string, TextColumn>) => [...columns.values()][0]!.rows;
