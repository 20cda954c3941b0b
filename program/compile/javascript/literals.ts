import { packed } from "./packed.ts";

const longestInline = 16;

/** A text, or a list or record of texts, as a literal that ends no string, comment, tag or line. */
export function text(value: string | null | readonly (string | null)[] | Readonly<Record<string, string>>): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029<>]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A double as a literal that reads back to it. */
export function number(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return value < 0 ? `(${value})` : String(value);
}

export function doublesLiteral(values: Float64Array): string {
  if (values.length > longestInline) return `doubles("${packed(values)}")`;
  return `Float64Array.of(${[...values].map(number).join(", ")})`;
}

export function wholesLiteral(type: "i32" | "u32", values: Int32Array | Uint32Array): string {
  return `numbersOfType("${type}", "${packed(values)}")`;
}
