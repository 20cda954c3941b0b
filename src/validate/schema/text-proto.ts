import { MillraceError } from "#kernel";

/** A message of protocol buffers' text format, before any type is known. */
export interface TextMessage {
  readonly fields: readonly TextField[];
}

export interface TextField {
  /** Identifier, or `[full.name]` of an extension or a packed message. */
  readonly name: string;
  readonly value: TextMessage | TextScalar;
  /** The value as it was written, with its colon or braces. */
  readonly text: string;
  readonly line: number;
}

/** `string` carries the unescaped text; `token` a number or an identifier as written. */
export type TextScalar = { readonly string: string } | { readonly token: string };

const limitDepth = 64;
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
    const pattern = /(?:\s+|#[^\n]*)*/y;
    pattern.lastIndex = at;
    pattern.exec(source);
    at = pattern.lastIndex;
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
  const readMessage = (close: string, depth: number): TextMessage => {
    if (depth > limitDepth) fail(`messages are nested more than ${limitDepth} deep`);
    const fields: TextField[] = [];
    for (;;) {
      skip();
      if (close === "" ? at >= source.length : take(close)) return { fields };
      if (at >= source.length) fail(`"${close}" is missing at the end`);
      const line = source.slice(0, at).split("\n").length;
      const name = readName();
      const start = at;
      skip();
      const colon = take(":");
      skip();
      const values: (TextMessage | TextScalar)[] = [];
      if (take("[")) {
        skip();
        while (!take("]")) {
          values.push(readValue(depth));
          skip();
          take(",");
          skip();
          if (at >= source.length) fail('"]" is missing at the end');
        }
      } else if (colon || peek("{") || peek("<")) values.push(readValue(depth));
      else fail(`expected ":" or "{" after ${name}`);
      const text = source.slice(start, at).trim();
      if (values.length === 0) fields.push({ name, value: { fields: [] }, text, line });
      for (const value of values) fields.push({ name, value, text, line });
      skip();
      if (!take(",")) take(";");
    }
  };
  const readValue = (depth: number): TextMessage | TextScalar => {
    if (take("{")) return readMessage("}", depth + 1);
    if (take("<")) return readMessage(">", depth + 1);
    return readScalar();
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
