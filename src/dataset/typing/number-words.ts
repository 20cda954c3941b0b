import { NOT_NUMBER, scanNumber } from "./scan-number.ts";

/** How a source writes numbers: its decimal mark, and what stands between thousands (empty: nothing). */
export interface NumberStyle {
  readonly decimal: "." | ",";
  readonly thousands: "" | "." | "," | " " | "'";
}

/** The style that a source states; undefined where numbers are written as in JSON. */
export function numberStyleOf({ decimal, thousands }: NumberStyle): NumberStyle | undefined {
  return decimal === "." && thousands === "" ? undefined : { decimal, thousands };
}

/** Spellings of "not a number". */
export const NAN = /^[+-]?nan$/i;

/** Spellings of a missing value that stand among numbers in files of other tools. */
export const MISSING_WORD =
  /^([+-]?nan|[-+]?1\.#(ind|qnan)|#?n\/?a|#n\/a n\/a|null|none|nil|missing|\\n|\?|\.|-{1,3})$/i;

/** ±Infinity where a text spells it, else undefined. */
export function infinityOf(text: string): number | undefined {
  if (!/^[+-]?(inf|infinity|∞|1\.#inf)$/i.test(text)) return undefined;
  return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/**
 * Whether a text is a number in a style: groups of exactly three digits between thousands marks, or none of them. Gives the text in
 * plain notation, else undefined.
 */
export function plainNumber(text: string, { decimal, thousands }: NumberStyle): string | undefined {
  const mark = thousands === " " ? "[ \\u00a0\\u202f]" : escaped(thousands);
  const whole = thousands === "" ? "\\d+" : `(?:\\d{1,3}(?:${mark}\\d{3})+|\\d+)`;
  const found = new RegExp(`^-?${whole}(?:${escaped(decimal)}\\d+)?(?:[eE][+-]?\\d+)?$`).test(text);
  if (!found) return undefined;
  const joined = thousands === "" ? text : text.replace(new RegExp(mark, "g"), "");
  return decimal === "." ? joined : joined.replace(",", ".");
}

const escaped = (mark: string) => (mark === "." ? "\\." : mark);

/** A reader like `scanNumber` for numbers written in a style. */
export function styledScanner(style: NumberStyle): typeof scanNumber {
  return (bytes, start, end) => {
    const plain = plainNumber(bytes.toString("utf8", start, end), style);
    if (plain === undefined) return NOT_NUMBER;
    const again = Buffer.from(plain, "latin1");
    return scanNumber(again, 0, again.length);
  };
}
