import { isMillraceError, MillraceError } from "#kernel";
import { NOT_NUMBER, scanNumber } from "../typing/scan-number.ts";
import { stampParser, TIMESTAMP_PATTERNS } from "../typing/timestamp-patterns.ts";
import { type CsvMarks, FieldSpans, fieldText, newCsvState, scanRecords } from "./csv-records.ts";

const CANDIDATES = [",", "\t", ";", "|"] as const;
const SAMPLE_RECORDS = 200;

export interface DialectHints {
  readonly delimiter?: string | undefined;
  readonly quote: string;
  readonly escape: "double" | "backslash";
  readonly header?: boolean | undefined;
  readonly trim: boolean;
}

export interface Dialect {
  readonly delimiter: string;
  readonly header: boolean;
  readonly marks: CsvMarks;
}

/**
 * The delimiter and header of a CSV file, from its first records with quotes respected: the delimiter that gives every record the same
 * number of fields; a header when its cells are not of the type of what stands below.
 *
 * Errors: DATASET_DELIMITER_DISPUTED: when several do, on more than one line; DATASET_DELIMITER_WRONG: when a stated delimiter gives one field where another fits every record.
 */
export function detectDialect(sample: Buffer, final: boolean, hints: DialectHints, name: string): Dialect {
  const marksOf = (delimiter: string): CsvMarks => ({
    delimiter: delimiter.charCodeAt(0),
    quote: hints.quote === "" ? -1 : hints.quote.charCodeAt(0),
    backslash: hints.escape === "backslash",
    trim: hints.trim,
  });
  const others = CANDIDATES.filter((candidate) => candidate !== hints.delimiter);
  const tried = (hints.delimiter === undefined ? CANDIDATES : [hints.delimiter, ...others]).map((delimiter) => {
    const records = sampleRecords(sample, final, marksOf(delimiter), name);
    const width = records[0]?.length ?? 0;
    const same = records.filter((record) => record.length === width).length;
    return { delimiter, records, width, share: records.length === 0 ? 0 : same / records.length };
  });
  const fits = (one: (typeof tried)[number]) => one.share === 1 && one.width > 1;
  const best = tried
    .slice()
    .sort((a, b) => Number(fits(b)) - Number(fits(a)) || (fits(a) ? b.width - a.width : score(b) - score(a)))[0]!;
  const rivals = tried.filter((one) => one !== best && fits(one) && one.records.length > 1);
  if (hints.delimiter === undefined && rivals.length > 0) throw disputed(name, [best, ...rivals]);
  let chosen = best;
  if (hints.delimiter !== undefined) {
    chosen = tried[0]!;
    if (chosen.width === 1 && chosen.share === 1 && chosen.records.length > 1 && best !== chosen && fits(best))
      throw wrongDelimiter(name, hints.delimiter, best.delimiter, best.width);
  }
  return {
    delimiter: chosen.delimiter,
    header: hints.header ?? looksLikeHeader(chosen.records),
    marks: marksOf(chosen.delimiter),
  };
}

/** Without a delimiter that fits all: the one most records agree on, if it splits them at all. */
const score = (tried: { width: number; share: number; records: string[][] }) => {
  const widths = new Map<number, number>();
  for (const record of tried.records) widths.set(record.length, (widths.get(record.length) ?? 0) + 1);
  let best = 0;
  for (const [width, count] of widths) if (width > 1) best = Math.max(best, count / tried.records.length);
  return best;
};

function sampleRecords(sample: Buffer, final: boolean, marks: CsvMarks, name: string): string[][] {
  const records: string[][] = [];
  const spans = new FieldSpans();
  try {
    scanRecords(
      sample,
      0,
      sample.length,
      final,
      marks,
      newCsvState(name),
      (fields) => {
        records.push(Array.from({ length: fields.count }, (_, k) => fieldText(sample, fields, k, marks)));
        return records.length < SAMPLE_RECORDS;
      },
      spans,
    );
  } catch (error) {
    // A candidate that breaks quotes is judged by the records before; the reading itself reports the fault with its line.
    if (!isMillraceError(error)) throw error;
  }
  return records;
}

function looksLikeHeader(records: readonly string[][]): boolean {
  const first = records[0];
  if (first === undefined) return true;
  if (records.length === 1) return first.every((cell) => kindOf(cell) === "text" || cell === "");
  let votesFor = 0;
  let votesAgainst = 0;
  for (const [k, cell] of first.entries()) {
    const below = new Set(records.slice(1).map((record) => kindOf(record[k] ?? "")));
    below.delete("empty");
    const kind = kindOf(cell);
    if (below.size !== 1) continue;
    if (kind === "text" && !below.has("text")) votesFor++;
    else if (kind !== "text" && kind !== "empty" && below.has(kind)) votesAgainst++;
  }
  if (votesFor !== votesAgainst) return votesFor > votesAgainst;
  if (first.some((cell) => kindOf(cell) !== "text" && cell !== "")) return false;
  const repeats = first.some((cell, k) => cell !== "" && records.slice(1).some((record) => record[k] === cell));
  return !repeats;
}

function kindOf(cell: string): "empty" | "number" | "date" | "bool" | "text" {
  if (cell.trim() === "") return "empty";
  const bytes = Buffer.from(cell.trim(), "utf8");
  if (scanNumber(bytes, 0, bytes.length) !== NOT_NUMBER || /^[+-]?\d+$/.test(cell)) return "number";
  if (/^(true|false)$/i.test(cell)) return "bool";
  return datePatterns.some((parse) => !Number.isNaN(parse(cell))) ? "date" : "text";
}

const datePatterns = TIMESTAMP_PATTERNS.map((pattern) => stampParser(pattern));

function disputed(name: string, fitting: readonly { delimiter: string; width: number }[]): MillraceError {
  const list = fitting.map(({ delimiter, width }) => `${JSON.stringify(delimiter)} (${width} fields)`);
  return new MillraceError("DATASET_DELIMITER_DISPUTED", {
    message: `${name}: from line 1 on, every line can be cut at ${list.slice(0, -1).join(", ")} or at ${list.at(-1)}.`,
    next: `Say which with \`delimiter\` on the source; on the command line with --delimiter ${JSON.stringify(fitting[0]!.delimiter)}.`,
    facts: { file: name, line: 1, delimiters: fitting.map(({ delimiter }) => delimiter) },
  });
}

function wrongDelimiter(name: string, stated: string, found: string, width: number): MillraceError {
  const show = (delimiter: string) => JSON.stringify(delimiter);
  return new MillraceError("DATASET_DELIMITER_WRONG", {
    message: `${name}: with the stated delimiter ${show(stated)} every line is one field; with ${show(found)} every line has ${width}, from line 1 on.`,
    next: `Set \`delimiter: ${show(found)}\` on the source (--delimiter on the command line), or leave it out.`,
    facts: { file: name, line: 1, stated, found, fields: width },
  });
}
