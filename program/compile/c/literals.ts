import type { CompileOptions } from "../model.ts";
import { prefixOf } from "../printing/names.ts";

const encoder = new TextEncoder();

/** The beginning of every name that a user of the library sees; `mr_` is the runtime's own. */
export function prefixInC(options: CompileOptions): string {
  const prefix = prefixOf(options);
  return /^mr(_|$)/.test(prefix) ? `model_${prefix}` : prefix;
}

/** A double as a C expression that is exactly it. */
export function double(value: number): string {
  if (Number.isNaN(value)) return "NAN";
  if (value === Number.POSITIVE_INFINITY) return "INFINITY";
  if (value === Number.NEGATIVE_INFINITY) return "(-INFINITY)";
  const text = Object.is(value, -0) ? "-0" : String(value);
  const whole = /[.e]/.test(text) ? text : `${text}.0`;
  return text.startsWith("-") ? `(${whole})` : whole;
}

/** As `double`, within a table. */
export function entry(value: number): string {
  return double(value).replace(/^\((.*)\)$/, "$1");
}

/** A text's UTF-8 bytes as a string literal: printable ASCII as it is, all else (and ?, for trigraphs) in octal. */
export function quoted(text: string): string {
  return quotedBytes(encoder.encode(text));
}

/** The literal and its length in bytes, as two initialisers. */
export function sized(text: string): string {
  const bytes = encoder.encode(text);
  return `${quotedBytes(bytes)}, ${bytes.length}`;
}

function quotedBytes(bytes: Uint8Array): string {
  let literal = "";
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
    literal += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
  }
  return `"${literal}"`;
}
