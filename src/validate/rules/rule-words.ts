/** What a rule found: rows at fault, a verdict on the whole, or nothing to compare with. */
export type Found =
  | { readonly rows: readonly number[]; readonly words: string; readonly sql?: string }
  | { readonly whole: boolean; readonly words: string }
  | { readonly untold: string };

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const sqlValue = (value: string | number | boolean): string =>
  typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);

export const shownNumber = (value: number): string => String(Number(value.toPrecision(3)));

export const listOf = (parts: readonly string[]): string => parts.join("; ");
