import { base64 } from "../printing/base64.ts";

/** Bytes of a string constant in a class file are limited to 65535. */
const longestConstant = 60_000;

/** A text as a literal; it is a compiler's mistake to ask for one that no class file holds. */
export function text(value: string | null): string {
  return value === null ? "null" : `"${escaped(value)}"`;
}

/** Pieces of a text as literals, each within what a class file holds. */
export function pieces(value: string): string[] {
  const found: string[] = [];
  let start = 0;
  let size = 0;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    const bytes = unit > 0x7ff ? 3 : unit > 0x7f || unit === 0 ? 2 : 1;
    if (size + bytes > longestConstant) {
      found.push(`"${escaped(value.slice(start, i))}"`);
      start = i;
      size = 0;
    }
    size += bytes;
  }
  found.push(`"${escaped(value.slice(start))}"`);
  return found;
}

/** Texts as one: each with its length before it; null as a dash. */
export function texts(values: readonly (string | null)[]): string[] {
  return pieces(values.map((value) => (value === null ? "-" : `${value.length}:${value}`)).join(""));
}

export function packed(values: Float64Array | Int32Array | Uint32Array): string[] {
  return pieces(base64(values));
}

/** A double as an expression that is exactly it. */
export function number(value: number): string {
  if (Number.isNaN(value)) return "Double.NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Double.POSITIVE_INFINITY" : "Double.NEGATIVE_INFINITY";
  const plain = Object.is(value, -0) ? "-0" : String(value);
  const literal = /[.e]/.test(plain) ? plain : `${plain}.0`;
  return literal.startsWith("-") ? `(${literal})` : literal;
}

/** Printable ASCII as it is; octal below, since `\u000a` would end the line; `\uXXXX` above. */
function escaped(value: string): string {
  return value.replace(/[^ !#-[\]-~]/g, (unit) => {
    if (unit === '"' || unit === "\\") return `\\${unit}`;
    const code = unit.charCodeAt(0);
    return code < 0x80 ? `\\${code.toString(8).padStart(3, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
