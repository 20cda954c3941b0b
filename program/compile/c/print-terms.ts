import type { Statement, Terms } from "../model.ts";
import type { TableNames } from "./print-tables.ts";

export type TermsStatement = Extract<Statement, { do: "terms" }>;

/** What reading the terms of one text takes at most: bytes of its words, and terms. */
export function termSpace({ unit, low, high, least, most }: Terms): { readonly bytes: number; readonly found: number } {
  if (unit === "item") return { bytes: 1, found: most };
  const units = unit === "word" ? Math.floor((most + 1) / (least + 1)) : most + 2;
  return { bytes: 4 * most + 2, found: Math.max(1, units * (high - low + 1)) };
}

/** `rule<id>`: how the terms of a statement are found. */
export function printRule({ terms }: TermsStatement, id: number, tables: readonly TableNames[]): string {
  const { unit, low, high, least, most, count, norm } = terms;
  const values = (table: number | undefined) => (table === undefined ? "NULL" : tables[table]!.values);
  const length = (table: number | undefined) => (table === undefined ? 0 : tables[table]!.length);
  const parts = [
    `'${unit[0]}', ${low}, ${high}, ${least}, ${most}`,
    `${values(terms.classes)}, ${length(terms.classes)}`,
    `${values(terms.foldFrom)}, ${values(terms.foldTo)}, ${length(terms.foldFrom)}`,
    terms.levels === undefined ? "NULL, 0, NULL, 0" : tables[terms.levels]!.levels,
    `${terms.buckets ?? 0}`,
    `'${count[0]}', ${values(terms.idf)}, ${norm ? 1 : 0}`,
  ];
  return `static const mr_terms rule${id} = {${parts.join(", ")}};`;
}
