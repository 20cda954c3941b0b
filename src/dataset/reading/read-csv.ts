import { countOf, knownNames, MillraceError } from "#kernel";
import { foldName } from "../engine/quoting.ts";
import type { ReadProblem } from "../model.ts";
import type { FoundFile } from "../sources/find-files.ts";
import type { FileSource } from "../sources/source-schema.ts";
import { numberStyleOf } from "../typing/number-words.ts";
import { TextColumn } from "../typing/text-column.ts";
import { typeColumn } from "../typing/type-column.ts";
import { ByteWindow } from "./byte-window.ts";
import { detectDialect } from "./csv-dialect.ts";
import { addRecords, type CsvMarks, FieldSpans, fieldText, newCsvState, scanRecords } from "./csv-records.ts";
import type { ReadTable } from "./read-table.ts";
import { openTextFile } from "./utf8-chunks.ts";

const SAMPLE_BYTES = 1 << 18;
/** So many wide records are read together (`addRecords`), within so many bytes. */
const ROWS_TOGETHER = 64;
const MOST_BYTES_TOGETHER = 1 << 23;
/** A record longer than this is taken for a quote that never closes. */
const MAX_RECORD_BYTES = 1 << 28;

/** Reads CSV or TSV files with the same columns into one table, in order of the files; every row is checked. */
export async function readCsv(files: readonly FoundFile[], source: FileSource): Promise<ReadTable> {
  const problems: ReadProblem[] = [];
  const columns = new Map<string, TextColumn>();
  const fileRows: number[] = [];
  let encoding = "utf-8";
  let delimiter = ",";
  let header = true;
  for (const [k, file] of files.entries()) {
    // The first file decides whether there is a header: a later one may hold too few rows to tell.
    const found = await readCsvFile(file, k === 0 ? source : { ...source, header }, columns, problems, k === 0);
    if (k === 0) ({ encoding, delimiter, header } = found);
    fileRows.push(found.rows);
  }
  const names = [...columns.keys()];
  for (const name of Object.keys(source.types ?? {}))
    if (!columns.has(name))
      throw new MillraceError("DATASET_COLUMN_UNKNOWN", {
        message: `\`types\` names the column "${name}", which is not there: ${knownNames(name, names)}.`,
        next: "Correct the name in `types` on the source.",
        facts: { column: name },
      });
  const typed = names.map((name) =>
    typeColumn(
      name,
      columns.get(name)!,
      {
        nullValues: source.nullValues,
        numbersInText: true,
        numbers: numberStyleOf(source),
        declared: source.types && Object.hasOwn(source.types, name) ? source.types[name] : undefined,
      },
      problems,
    ),
  );
  const rows = fileRows.reduce((sum, count) => sum + count, 0);
  return {
    format: source.format ?? (delimiter === "\t" ? "tsv" : "csv"),
    encoding,
    delimiter,
    header,
    rows,
    columns: typed,
    fileRows,
    problems,
  };
}

/** Takes the columns read so far away, and lets new ones begin. */
export interface CsvFlush {
  readonly rows: number;
  readonly bytes: number;
  readonly take: (columns: ReadonlyMap<string, TextColumn>) => void | Promise<void>;
}

/** Reads one file into columns; with `flush`, columns are handed over and begun anew whenever they hold that many rows or bytes. */
export async function readCsvFile(
  file: FoundFile,
  source: FileSource,
  columns: Map<string, TextColumn>,
  problems: ReadProblem[],
  first: boolean,
  flush?: CsvFlush,
) {
  const text = await openTextFile(file.path, file.name, { encoding: source.encoding, maxBytes: source.maxBytes });
  const window = new ByteWindow(text.chunks);
  while (!window.ended && window.length < SAMPLE_BYTES) await window.more();
  if (window.length === 0) throw emptyFile(file.name);
  const stated = source.delimiter ?? (source.format === "tsv" || /\.tsv(\.gz)?$/i.test(file.path) ? "\t" : undefined);
  const dialect = detectDialect(
    window.bytes.subarray(0, window.length),
    window.ended,
    { delimiter: stated, quote: source.quote, escape: source.escape, header: source.header, trim: source.trim },
    file.name,
  );
  const { marks } = dialect;
  if (first && !dialect.header && source.header === undefined && source.names === undefined)
    problems.push({
      kind: "header-none",
      file: file.name,
      line: 1,
      message: `${file.name}: line 1 looks like values, so the columns are called column1, column2 and so on.`,
      next: "Give `names` on the source (--column-names on the command line), or set `header: true` (--header) if line 1 does hold names.",
    });
  const state = newCsvState(file.name);
  const spans = new FieldSpans();
  const unplaced = new FieldSpans();
  let targets: TextColumn[] | undefined;
  let order: string[] = [];
  let rows = 0;
  let held = 0;
  let passed = 0;
  for (;;) {
    const { bytes, length } = window;
    const used = scanRecords(
      bytes,
      0,
      length,
      window.ended,
      marks,
      state,
      (fields, at) => {
        if (targets === undefined) {
          const names = headerNames(bytes, fields, marks, dialect.header, source, file.name, at.line, problems);
          targets = targetsFor(names, columns, first, file.name);
          order = names;
          if (dialect.header) return true;
        }
        if (fields.count !== targets.length)
          throw ragged(file.name, at.line, targets.length, fields.count, dialect.delimiter);
        unplaced.append(fields);
        if (unplaced.count >= ROWS_TOGETHER * targets.length) addRecords(bytes, unplaced, marks, targets);
        rows++;
        return true;
      },
      spans,
    );
    if (targets !== undefined) addRecords(bytes, unplaced, marks, targets);
    held += used;
    const full = flush !== undefined && (held >= flush.bytes || (targets?.[0]?.rows ?? 0) >= flush.rows);
    if (full && targets?.[0] !== undefined && targets[0].rows > 0) {
      held = 0;
      await flush.take(columns);
      for (const name of columns.keys()) columns.set(name, new TextColumn(columns.size));
      targets = order.map((name) => columns.get(name)!);
    }
    if (window.ended) break;
    window.drop(used);
    if (window.length >= MAX_RECORD_BYTES) throw endlessRecord(file.name, state.line);
    passed += used;
    // Reading as much again as is left keeps a long record from being scanned over and over.
    const some = Math.min(MOST_BYTES_TOGETHER, (ROWS_TOGETHER * passed) / (rows + 1));
    const enough = Math.max(SAMPLE_BYTES * 4, window.length * 2, some);
    do await window.more();
    while (!window.ended && window.length < enough);
  }
  if (targets === undefined) throw emptyFile(file.name);
  if (rows === 0)
    throw new MillraceError("DATASET_ROWS_NONE", {
      message: `${file.name} holds a header with ${countOf(targets.length, "column")} but no row below line 1.`,
      next: "Give a file with rows, or set `header: false` (--no-header on the command line) when the first line is a row.",
      facts: { file: file.name, columns: targets.length, line: 1 },
    });
  reportLines(file.name, state, problems);
  return { encoding: text.encoding, delimiter: dialect.delimiter, header: dialect.header, rows };
}

function headerNames(
  bytes: Buffer,
  fields: FieldSpans,
  marks: CsvMarks,
  header: boolean,
  source: FileSource,
  file: string,
  line: number,
  problems: ReadProblem[],
): string[] {
  if (source.names !== undefined && source.names.length !== fields.count)
    throw new MillraceError("DATASET_SOURCE_INVALID", {
      message: `\`names\` gives ${source.names.length} column names, but line ${line} of ${file} has ${fields.count} fields.`,
      next: `Give ${countOf(fields.count, "name")}.`,
      facts: { file, line, names: source.names.length, found: fields.count },
    });
  const names = Array.from({ length: fields.count }, (_, k) => {
    const stated = source.names?.[k];
    if (stated !== undefined) return stated;
    const text = header ? fieldText(bytes, fields, k, marks) : "";
    if (text === "" && header)
      problems.push({
        kind: "header-empty",
        file,
        line,
        column: `column${k + 1}`,
        message: `${file}: field ${k + 1} of the header is empty; the column is called column${k + 1}.`,
        next: "Name the column in the file, or give `names` on the source (--column-names on the command line).",
      });
    return text === "" ? `column${k + 1}` : text;
  });
  const seen = new Map<string, number>();
  for (const [k, name] of names.entries()) {
    const before = seen.get(foldName(name));
    if (before !== undefined) throw duplicateName(file, line, name, names[before]!, before + 1, k + 1);
    seen.set(foldName(name), k);
  }
  return names;
}

function targetsFor(names: string[], columns: Map<string, TextColumn>, first: boolean, file: string): TextColumn[] {
  if (first) for (const name of names) columns.set(name, new TextColumn(names.length));
  const given = new Set(names);
  const lacking = [...columns.keys()].filter((name) => !given.has(name));
  const extra = names.filter((name) => !columns.has(name));
  if (lacking.length > 0 || extra.length > 0) throw columnsDiffer(file, lacking, extra);
  return names.map((name) => columns.get(name)!);
}

/** The files of one source must hold the same columns; order does not matter. */
export function columnsDiffer(file: string, lacking: readonly string[], extra: readonly string[]): MillraceError {
  const parts = [
    ...(lacking.length > 0 ? [`lacks ${lacking.slice(0, 5).join(", ")}`] : []),
    ...(extra.length > 0 ? [`adds ${extra.slice(0, 5).join(", ")}`] : []),
  ];
  return new MillraceError("DATASET_COLUMNS_DIFFER", {
    message: `${file} does not have the columns of the files before it: it ${parts.join(" and ")}.`,
    next: "Read files with other columns as a source of their own, and join them.",
    facts: { file, lacking: [...lacking], extra: [...extra] },
  });
}

/** Two columns with one name. */
export function duplicateName(
  file: string,
  line: number,
  name: string,
  other: string,
  a: number,
  b: number,
): MillraceError {
  const how = name === other ? `both called "${name}"` : `called "${other}" and "${name}", which SQL cannot tell apart`;
  return new MillraceError("DATASET_HEADER_DUPLICATE", {
    message: `${file}: columns ${a} and ${b} of line ${line} are ${how}.`,
    next: "Rename one of them in the file, or give `names` on the source (--column-names on the command line).",
    facts: { file, line, name, columns: [a, b] },
  });
}

function ragged(file: string, line: number, expected: number, found: number, delimiter: string): MillraceError {
  return new MillraceError("DATASET_ROW_RAGGED", {
    message: `${file}: line ${line} has ${countOf(found, "field")}, but the first row has ${expected}.`,
    next: `Correct line ${line} (a text that holds ${JSON.stringify(delimiter)} must stand in quotes), or set \`delimiter\` on the source (--delimiter on the command line) if it is not ${JSON.stringify(delimiter)}.`,
    facts: { file, line, expected, found },
  });
}

/** A file without content. */
export function emptyFile(file: string): MillraceError {
  return new MillraceError("DATASET_FILE_EMPTY", {
    message: `${file} is empty: it holds no line with text.`,
    next: "Give a file with a header and rows.",
    facts: { file, line: 1 },
  });
}

function endlessRecord(file: string, line: number): MillraceError {
  return new MillraceError("DATASET_QUOTE_UNCLOSED", {
    message: `${file}: the record that starts on line ${line} does not end within ${MAX_RECORD_BYTES} bytes; a quote in it is probably not closed.`,
    next: `Close the quote on line ${line}, or set \`quote: ""\` on the source (--quote none on the command line) when quotes are ordinary characters in this file.`,
    facts: { file, line },
  });
}

function reportLines(file: string, state: ReturnType<typeof newCsvState>, problems: ReadProblem[]): void {
  const { lf, crlf, cr } = state.endings;
  if (Number(lf > 0) + Number(crlf > 0) + Number(cr > 0) > 1)
    problems.push({
      kind: "line-endings-mixed",
      file,
      message: `${file} mixes line endings: ${lf} LF, ${crlf} CR LF, ${cr} CR; each ended a row.`,
      next: "Check that no row was cut where a line break belongs to a text.",
    });
  if (state.blankLines > 0)
    problems.push({
      kind: "lines-blank",
      file,
      line: state.firstBlankLine,
      message:
        state.blankLines === 1
          ? `${file}: line ${state.firstBlankLine} is blank and was passed over.`
          : `${file}: ${state.blankLines} blank lines were passed over, the first on line ${state.firstBlankLine}.`,
      next: 'Write "" where a blank line stands for a missing value.',
    });
}
