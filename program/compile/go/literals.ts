const encoder = new TextEncoder();

/** A double as a Go expression that is exactly it. */
export function double(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (value === Number.NEGATIVE_INFINITY) return "(-inf)";
  if (Object.is(value, -0)) return "negativeZero";
  const text = /[.e]/.test(String(value)) ? String(value) : `${value}.0`;
  return value < 0 ? `(${text})` : text;
}

/** As `double`, within a table; the sign of a zero is left out, since no form can tell, and tables stay constant. */
export function entry(value: number): string {
  return double(value + 0).replace(/^\((.*)\)$/, "$1");
}

/** A text's UTF-8 bytes as a string literal: printable ASCII as it is, all else in hexadecimal. */
export function quoted(text: string): string {
  let literal = "";
  for (const byte of encoder.encode(text)) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    literal += plain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `"${literal}"`;
}
