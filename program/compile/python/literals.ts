import { base64 } from "../printing/base64.ts";
import { inLines } from "../printing/names.ts";

const longestInline = 64;

/** A text as a literal of printable ASCII only. */
export function text(value: string | null): string {
  if (value === null) return "None";
  let literal = "";
  for (const char of value.toWellFormed()) {
    const code = char.codePointAt(0)!;
    if (code >= 0x20 && code < 0x7f && char !== '"' && char !== "\\") literal += char;
    else if (code < 0x100) literal += `\\x${hex(code, 2)}`;
    else literal += code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  }
  return `"${literal}"`;
}

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, "0");

/** A double as a literal that reads back to it, always of type float. */
export function number(value: number): string {
  if (Number.isNaN(value)) return "_NAN";
  if (!Number.isFinite(value)) return value > 0 ? "_INF" : "(-_INF)";
  const plain = Object.is(value, -0) ? "-0" : String(value);
  const literal = /[.e]/.test(plain) ? plain : `${plain}.0`;
  return literal.startsWith("-") ? `(${literal})` : literal;
}

export function texts(values: readonly string[]): string {
  return values.length === 0 ? "[]" : `[\n${inLines(values.map(text), "    ").join("\n")}\n]`;
}

export function doubles(values: ArrayLike<number>): string {
  const numbers = Float64Array.from(values);
  return numbers.length > longestInline ? packed("_doubles", numbers) : `[${[...numbers].map(number).join(", ")}]`;
}

export function wholes(values: Int32Array | Uint32Array): string {
  if (values.length <= longestInline) return `[${[...values].join(", ")}]`;
  return packed(values instanceof Int32Array ? "_ints" : "_words", values);
}

export function flags(values: Uint8Array): string {
  if (values.every((value) => value === 0)) return `[0] * ${values.length}`;
  return values.length > longestInline ? `list(${bytesOf(values)})` : `[${[...values].join(", ")}]`;
}

const bytesOf = (values: Uint8Array) => `base64.b64decode(${lines(base64(values))})`;
const packed = (read: string, values: Float64Array | Int32Array | Uint32Array) => `${read}(${lines(base64(values))})`;

function lines(encoded: string): string {
  const pieces = encoded.match(/.{1,4000}/g) ?? [""];
  return pieces.length === 1 ? `"${pieces[0]}"` : `\n${pieces.map((piece) => `    "${piece}"`).join("\n")}\n`;
}
