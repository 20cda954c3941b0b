/** What a documentation page is made of, before it is HTML or Markdown. Every text is as it is: renderers escape it. */
export interface CardPage {
  readonly title: string;
  /** One sentence under the title. */
  readonly lead: string;
  readonly sections: readonly CardSection[];
}

export interface CardSection {
  readonly title: string;
  readonly blocks: readonly CardBlock[];
}

export type CardBlock =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | {
      readonly kind: "table";
      readonly head: readonly string[];
      /** Counts are shown whole, other numbers to four digits, a missing cell as a dash. */
      readonly rows: readonly (readonly (string | number | null | undefined)[])[];
    }
  | {
      readonly kind: "bars";
      readonly label: string;
      readonly bars: readonly { readonly name: string; readonly value: number }[];
    }
  /** Only a person can write this, and nobody has. */
  | { readonly kind: "ask"; readonly question: string; readonly key: string };

export const text = (words: string): CardBlock => ({ kind: "text", text: words });
export const notRecorded = text("Not recorded.");

/** The table, or that nothing is recorded. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number | null | undefined)[])[],
): CardBlock {
  return rows.length === 0 ? notRecorded : { kind: "table", head, rows };
}

/** The list, or that nothing is recorded. */
export function list(items: readonly string[]): CardBlock {
  return items.length === 0 ? notRecorded : { kind: "list", items };
}

export function figure(value: number | null | undefined): string {
  if (typeof value !== "number") return "–";
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

export function percent(share: number | null | undefined): string {
  return typeof share === "number" ? `${Number((100 * share).toPrecision(3))} %` : "–";
}

export function interval(low: number | null, high: number | null): string {
  return low === null || high === null ? "not defined" : `${figure(low)} to ${figure(high)}`;
}
