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

const ofOne: Readonly<Record<string, string>> = {
  "do not": "does not",
  break: "breaks",
  "share their": "shares its",
  refer: "refers",
  have: "has",
};

/** What is said of rows, said of one of them where it is one. */
export function agreeing(words: string, rows: number): string {
  return rows === 1 ? words.replace(/^(do not|break|share their|refer|have)\b/, (verb) => ofOne[verb]!) : words;
}
