import { MillraceError } from "#kernel";
import type { TextColumn } from "../typing/text-column.ts";

/** How records and fields are told apart, in bytes of UTF-8; −1 turns a mark off. */
export interface CsvMarks {
  readonly delimiter: number;
  readonly quote: number;
  readonly backslash: boolean;
  readonly trim: boolean;
}

/** Where a reader stands; it lives across the windows of one file. */
export interface CsvState {
  readonly file: string;
  /** Line of the next record's first byte, from 1. */
  line: number;
  records: number;
  blankLines: number;
  firstBlankLine: number;
  /** Records ended by LF, by CR LF and by CR alone. */
  readonly endings: { lf: number; crlf: number; cr: number };
}

export const newCsvState = (file: string): CsvState => ({
  file,
  line: 1,
  records: 0,
  blankLines: 0,
  firstBlankLine: 0,
  endings: { lf: 0, crlf: 0, cr: 0 },
});

const LF = 10;
const CR = 13;
const BACKSLASH = 92;
/** A field that holds doubled quotes or escapes must be unescaped before it is used. */
const ESCAPED = 1;
const QUOTED = 2;

/**
 * Splits bytes into records after RFC 4180 and gives each whole record to `take` (start, end and flags of its fields); returns the offset
 * behind the last whole record. LF, CR LF and CR end records; a quote inside an unquoted field is an ordinary character.
 *
 * `take` returns false to stop after its record.
 */
export function scanRecords(
  bytes: Uint8Array,
  from: number,
  to: number,
  final: boolean,
  marks: CsvMarks,
  state: CsvState,
  take: (fields: FieldSpans, state: CsvState) => boolean | undefined,
  spans: FieldSpans,
): number {
  const { delimiter, quote, backslash } = marks;
  let recordStart = from;
  let at = from;
  while (recordStart < to) {
    at = recordStart;
    spans.count = 0;
    let innerLines = 0;
    let ended = false;
    while (!ended) {
      let start = at;
      let end: number;
      let flags = 0;
      if (at < to && bytes[at] === quote) {
        start = at + 1;
        at = start;
        flags = QUOTED;
        const openedLine = state.line + innerLines;
        for (;;) {
          if (at >= to) {
            if (!final) return recordStart;
            throw unclosed(state.file, openedLine, quote);
          }
          const byte = bytes[at]!;
          if (byte === quote) {
            if (at + 1 >= to && !final) return recordStart;
            if (!backslash && at + 1 < to && bytes[at + 1] === quote) {
              flags |= ESCAPED;
              at += 2;
              continue;
            }
            break;
          }
          if (backslash && byte === BACKSLASH) {
            flags |= ESCAPED;
            at += 2;
            continue;
          }
          if (byte === LF || (byte === CR && bytes[at + 1] !== LF)) innerLines++;
          at++;
        }
        end = at;
        at++;
        if (at < to) {
          const byte = bytes[at]!;
          if (byte !== delimiter && byte !== LF && byte !== CR)
            throw brokenQuote(state.file, state.line + innerLines, spans.count + 1, quote);
        }
      } else {
        let byte = -1;
        while (at < to) {
          byte = bytes[at]!;
          if (byte === delimiter || byte === LF || byte === CR) break;
          at++;
        }
        end = at;
      }
      spans.push(start, end, flags);
      if (at >= to) {
        if (!final) return recordStart;
        ended = true;
      } else if (bytes[at] === delimiter) {
        at++;
        if (at >= to && !final) return recordStart;
      } else {
        if (bytes[at] === CR) {
          if (at + 1 >= to && !final) return recordStart;
          if (bytes[at + 1] === LF && at + 1 < to) {
            state.endings.crlf++;
            at += 2;
          } else {
            state.endings.cr++;
            at++;
          }
        } else {
          state.endings.lf++;
          at++;
        }
        ended = true;
      }
    }
    const blank = spans.count === 1 && spans.start[0] === spans.end[0] && spans.flags[0] === 0;
    if (blank) {
      if (state.blankLines++ === 0) state.firstBlankLine = state.line;
    } else {
      state.records++;
      if (take(spans, state) === false) {
        state.line += innerLines + 1;
        return at;
      }
    }
    state.line += innerLines + 1;
    recordStart = at;
  }
  return recordStart;
}

/** Start, end and flags of the fields of one record; grows as needed and is used again for the next record. */
export class FieldSpans {
  count = 0;
  start = new Int32Array(64);
  end = new Int32Array(64);
  flags = new Uint8Array(64);

  push(start: number, end: number, flags: number): void {
    const k = this.count++;
    if (k === this.start.length) {
      this.start = grown(this.start);
      this.end = grown(this.end);
      const flagsBefore = this.flags;
      this.flags = new Uint8Array(k * 2);
      this.flags.set(flagsBefore);
    }
    this.start[k] = start;
    this.end[k] = end;
    this.flags[k] = flags;
  }

  /** Adds a record's fields behind those that are there. */
  append(record: FieldSpans): void {
    for (let k = 0; k < record.count; k++) this.push(record.start[k]!, record.end[k]!, record.flags[k]!);
  }
}

function grown(before: Int32Array): Int32Array<ArrayBuffer> {
  const after = new Int32Array(before.length * 2);
  after.set(before);
  return after;
}

let scratch = Buffer.alloc(256);

/**
 * Adds whole records, one behind the other in `held`, to their columns, and empties it. Each column takes its values together: where
 * very many columns took one value in turn, each would have left the processor's cache before its next.
 */
export function addRecords(bytes: Buffer, held: FieldSpans, marks: CsvMarks, columns: readonly TextColumn[]): void {
  for (const [first, column] of columns.entries())
    for (let k = first; k < held.count; k += columns.length) addField(bytes, held, k, marks, column);
  held.count = 0;
}

/** Adds field k of a record to a column, unescaped and trimmed as the marks say. */
function addField(bytes: Buffer, spans: FieldSpans, k: number, marks: CsvMarks, column: TextColumn): void {
  let start = spans.start[k]!;
  let end = spans.end[k]!;
  const flags = spans.flags[k]!;
  if ((flags & ESCAPED) !== 0) {
    end = unescaped(bytes, start, end, marks);
    column.add(scratch, 0, end);
    return;
  }
  if (marks.trim && flags === 0) {
    while (start < end && (bytes[start] === 32 || bytes[start] === 9)) start++;
    while (end > start && (bytes[end - 1] === 32 || bytes[end - 1] === 9)) end--;
  }
  column.add(bytes, start, end);
}

/** A field's text; for headers and samples. */
export function fieldText(bytes: Buffer, spans: FieldSpans, k: number, marks: CsvMarks): string {
  const start = spans.start[k]!;
  const end = spans.end[k]!;
  if ((spans.flags[k]! & ESCAPED) !== 0) return scratch.toString("utf8", 0, unescaped(bytes, start, end, marks));
  const text = bytes.toString("utf8", start, end);
  return marks.trim && spans.flags[k] === 0 ? text.replace(/^[ \t]+|[ \t]+$/g, "") : text;
}

function unescaped(bytes: Uint8Array, start: number, end: number, marks: CsvMarks): number {
  if (scratch.length < end - start) scratch = Buffer.alloc((end - start) * 2);
  const mark = marks.backslash ? BACKSLASH : marks.quote;
  let length = 0;
  for (let at = start; at < end; at++) {
    if (bytes[at] === mark && at + 1 < end) at++;
    scratch[length++] = bytes[at]!;
  }
  return length;
}

function unclosed(file: string, line: number, quote: number): MillraceError {
  return new MillraceError("DATASET_QUOTE_UNCLOSED", {
    message: `${file}: the quote ${String.fromCharCode(quote)} that opens on line ${line} is not closed before the file ends.`,
    next: `Close the quote on line ${line}, or set \`quote: ""\` on the source (--quote none on the command line) when quotes are ordinary characters in this file.`,
    facts: { file, line },
  });
}

function brokenQuote(file: string, line: number, field: number, quote: number): MillraceError {
  const mark = String.fromCharCode(quote);
  return new MillraceError("DATASET_QUOTE_BROKEN", {
    message: `${file}: on line ${line}, text follows the closing ${mark} of field ${field}.`,
    next: `Double the quotes inside the field (${mark}${mark}), set \`escape: "backslash"\` (--escape backslash) when the file writes \\${mark}, or \`quote: ""\` (--quote none) when quotes are ordinary characters.`,
    facts: { file, line, field },
  });
}
