import { MillraceError } from "#kernel";

/** A message of protocol buffers' text format, before any type is known. */
export interface TextMessage {
  readonly fields: readonly TextField[];
  /** Where the text between its braces begins and ends. */
  readonly start: number;
  readonly end: number;
  /** Comments before its closing brace. */
  readonly comments: readonly string[];
}

export interface TextField {
  /** Identifier, or `[full.name]` of an extension or a packed message. */
  readonly name: string;
  readonly value: TextMessage | TextScalar;
  /** The value as it was written, with its colon or braces. */
  readonly text: string;
  readonly line: number;
  /** Comments between the field before and this one. */
  readonly comments: readonly string[];
  /** Where the field begins, where its value does (of a list: the list), and where it ends, without a separator. */
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
  /** Which element of a list the value is. */
  readonly listIndex?: number;
}

/** `string` carries the unescaped text; `token` a number or an identifier as written. */
export type TextScalar = { readonly string: string } | { readonly token: string };

const limitDepth = 64;
const blankPattern = /\s*/y;
const tokenPattern =
  /[A-Za-z_][A-Za-z0-9_.]*|-?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?)|-(?:inf|nan)\w*/y;

/**
 * Reads protocol buffers' text format: comments, both kinds of braces, lists, joined strings, escapes.
 *
 * Errors: VALIDATE_SCHEMA_TEXT_INVALID: names the line and column.
 * Source: Protocol Buffers, "Text Format Language Specification".
 */
export function parseTextProto(source: string): TextMessage {
  let at = 0;
  let comments: string[] = [];
  let lineAt = 0;
  let lineNumber = 1;
  /** Lines are asked for in order, so they are counted from the last. */
  const lineOf = (position: number) => {
    for (; lineAt < position; lineAt++) if (source.charCodeAt(lineAt) === 10) lineNumber++;
    return lineNumber;
  };

  const fail = (problem: string): never => {
    const before = source.slice(0, at);
    const line = before.split("\n").length;
    const column = at - before.lastIndexOf("\n");
    throw new MillraceError("VALIDATE_SCHEMA_TEXT_INVALID", {
      message: `The schema's text does not parse at line ${line}, column ${column}: ${problem}.`,
      next: "Correct the schema's text at that place.",
      facts: { line, column },
    });
  };
  const skip = () => {
    for (;;) {
      blankPattern.lastIndex = at;
      blankPattern.exec(source);
      at = blankPattern.lastIndex;
      if (source[at] !== "#") return;
      const end = source.indexOf("\n", at);
      comments.push(source.slice(at + 1, end < 0 ? source.length : end).trim());
      at = end < 0 ? source.length : end;
    }
  };
  const peek = (text: string) => source.startsWith(text, at);
  const take = (text: string) => {
    if (!peek(text)) return false;
    at += text.length;
    return true;
  };

  const readName = (): string => {
    const pattern = /[A-Za-z_][A-Za-z0-9_]*|\[[^\]\n]*\]|\d+/y;
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found === null) return fail(`expected a field's name, found ${describe(source, at)}`);
    at = pattern.lastIndex;
    return found[0];
  };
  const readString = (): string => {
    const bytes: number[] = [];
    while (peek('"') || peek("'")) {
      const quote = source[at++]!;
      for (;;) {
        if (at >= source.length || peek("\n")) fail("a string is not closed");
        if (take(quote)) break;
        at = source[at] === "\\" ? readEscape(source, at, bytes, fail) : pushCodePoint(source, at, bytes);
      }
      lastEnd = at;
      skip();
    }
    return Buffer.from(bytes).toString("utf8");
  };
  const readScalar = (): TextScalar => {
    if (peek('"') || peek("'")) return { string: readString() };
    tokenPattern.lastIndex = at;
    const found = tokenPattern.exec(source);
    if (found === null) return fail(`expected a value, found ${describe(source, at)}`);
    at = tokenPattern.lastIndex;
    return { token: found[0] };
  };
  const takeComments = () => {
    const taken = comments;
    comments = [];
    return taken;
  };
  const readMessage = (close: string, depth: number): TextMessage => {
    if (depth > limitDepth) fail(`messages are nested more than ${limitDepth} deep`);
    const fields: TextField[] = [];
    const bodyStart = at;
    for (;;) {
      skip();
      const bodyEnd = at;
      if (close === "" ? at >= source.length : take(close))
        return { fields, start: bodyStart, end: bodyEnd, comments: takeComments() };
      if (at >= source.length) fail(`"${close}" is missing at the end`);
      const start = at;
      const head = { line: lineOf(at), start, comments: takeComments() };
      const name = readName();
      const rest = at;
      skip();
      const colon = take(":");
      skip();
      const valueStart = at;
      const values: (TextMessage | TextScalar)[] = [];
      let end = at;
      const listed = take("[");
      if (listed) {
        skip();
        while (!take("]")) {
          values.push(readValue(depth));
          skip();
          take(",");
          skip();
          if (at >= source.length) fail('"]" is missing at the end');
        }
        end = at;
      } else if (colon || peek("{") || peek("<")) {
        values.push(readValue(depth));
        end = lastEnd;
      } else fail(`expected ":" or "{" after ${name}`);
      const field = { ...head, name, valueStart, end, text: source.slice(rest, end).trim() };
      const empty = { fields: [], start: at, end: at, comments: [] };
      if (values.length === 0) fields.push({ ...field, value: empty, listIndex: -1 });
      for (const [index, value] of values.entries())
        fields.push({ ...field, value, ...(listed && { listIndex: index }) });
      skip();
      if (!take(",")) take(";");
    }
  };
  // Joined strings look for their next part, so the end of a value lies before the blanks that were skipped.
  let lastEnd = 0;
  const readValue = (depth: number): TextMessage | TextScalar => {
    const close = take("{") ? "}" : take("<") ? ">" : null;
    const value = close === null ? readScalar() : readMessage(close, depth + 1);
    if (close !== null || "token" in value) lastEnd = at;
    return value;
  };

  return readMessage("", 0);
}

/** A text as a quoted string of the text format; UTF-8 stays readable. */
export function quoteText(text: string): string {
  return `"${escapeText(text)}"`;
}

/** C escapes for quotes, backslashes and control characters; other UTF-8 is kept. */
export function escapeText(text: string): string {
  return text.replace(/[\\"'\u0000-\u001f\u007f]/g, (character) => {
    const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "'": "\\'", "\\": "\\\\" }[character];
    return short ?? `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`;
  });
}

function describe(source: string, at: number): string {
  return at >= source.length ? "the end" : JSON.stringify(source[at]);
}

function pushCodePoint(source: string, at: number, bytes: number[]): number {
  const character = String.fromCodePoint(source.codePointAt(at)!);
  bytes.push(...Buffer.from(character));
  return at + character.length;
}

const simpleEscapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  "\\": 92,
  "'": 39,
  '"': 34,
  "?": 63,
};

function readEscape(source: string, at: number, bytes: number[], fail: (problem: string) => never): number {
  const rest = source.slice(at + 1, at + 11);
  const simple = simpleEscapes[rest[0] ?? ""];
  if (simple !== undefined) {
    bytes.push(simple);
    return at + 2;
  }
  const octal = /^[0-7]{1,3}/.exec(rest);
  if (octal) {
    bytes.push(Number.parseInt(octal[0], 8) & 255);
    return at + 1 + octal[0].length;
  }
  const hex = /^[xX]([0-9a-fA-F]{1,2})/.exec(rest);
  if (hex) {
    bytes.push(Number.parseInt(hex[1]!, 16));
    return at + 1 + hex[0].length;
  }
  const unicode = /^(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  const point = unicode ? Number.parseInt(unicode[1] ?? unicode[2]!, 16) : -1;
  if (point < 0 || point > 0x10ffff) return fail("a string holds an escape that does not exist");
  bytes.push(...Buffer.from(String.fromCodePoint(point)));
  return at + 1 + unicode![0].length;
}
