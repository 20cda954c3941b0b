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

/** How printed code names its tables of numbers. */
export interface TablePrinter {
  doubles(values: Float64Array): string;
  wholes(values: Int32Array | Uint32Array): string;
}

/** Tables as literals: the code stands alone. */
export const literalTables: TablePrinter = {
  doubles: (values) =>
    values.length > longestInline
      ? `doubles("${packed(values)}")`
      : `Float64Array.of(${[...values].map(number).join(", ")})`,
  wholes: (values) => `numbersOfType("${values instanceof Int32Array ? "i32" : "u32"}", "${packed(values)}")`,
};

/** Tables as they are, for code that is run here: it is given them as `tables`, and millions of numbers become no text. */
export function holdTables(): TablePrinter & { readonly tables: readonly ArrayBufferView[] } {
  const tables: ArrayBufferView[] = [];
  const hold = (values: ArrayBufferView) => `tables[${tables.push(values) - 1}]`;
  return { tables, doubles: hold, wholes: hold };
}
