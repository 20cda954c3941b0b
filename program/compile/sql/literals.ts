import { unsupported } from "../lower.ts";

/** Shortest digits that read back to the same double, always with an exponent, so that no database takes a decimal. */
export function digitsOf(value: number): string {
  return (value + 0).toExponential().replace("+", "");
}

/** A quoted literal: quotes doubled. For databases that know no escapes in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A text with NUL characters, which may not stand in a statement, put together of parts. */
export function quotedWithNul(text: string, nul: string): string {
  if (!text.includes("\0")) return quoted(text);
  return `(${text.split("\0").map(quoted).join(`||${nul}||`)})`;
}

export function identifier(name: string, target: string): string {
  if (name.includes("\0")) throw unsupported("a name with a NUL character", target);
  return `"${name.replaceAll('"', '""')}"`;
}

/** JavaScript's white space, which is trimmed from text that is read as a number, bool or time. */
export const whiteSpace =
  "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

export const trueTexts = ["true", "t", "yes", "y", "1"];
export const falseTexts = ["false", "f", "no", "n", "0"];
export const safeInteger = Number.MAX_SAFE_INTEGER;
