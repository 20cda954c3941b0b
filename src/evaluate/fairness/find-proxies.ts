import type { Frame } from "@millrace/program";
import { z } from "zod";
import { parseOptions } from "#kernel";
import { adjustForMany, chiSquareTail } from "#validate";
import { groupRows } from "../slices/evaluate-slices.ts";

export const proxyOptionsSchema = z.strictObject({
  columns: z.array(z.string()).describe("Columns that the model sees."),
  bins: z.int().min(2).max(20).default(4).describe("Quantile bins of a numeric column."),
  atLeast: z.number().min(0).max(1).default(0.3).describe("From this association on a column is called a proxy."),
  maxLevels: z.int().min(2).max(10_000).default(200).describe("Columns with more values are not judged."),
});
export type ProxyOptions = z.input<typeof proxyOptionsSchema>;

export interface SensitiveProxy {
  readonly column: string;
  /** Cramér's V without its bias, in [0, 1]; `null` where it cannot be judged. */
  readonly association: number | null;
  /** Chance of as strong an association if there were none, adjusted for the columns looked at. */
  readonly pValue: number | null;
  readonly isProxy: boolean;
  readonly reason?: string;
}

/**
 * How much each column tells of a sensitive one, the strongest first: leaving a sensitive column out does not make a model
 * blind to it.
 *
 * ```ts
 * const sex = { type: "string" as const, levels: ["f", "m"], codes: Int32Array.from({ length: 40 }, (_, i) => i % 2) };
 * const frame = { rows: 40, columns: new Map([["sex", sex], ["title", sex]]) };
 * findProxies(frame, "sex", { columns: ["title"] })[0]?.isProxy; // true
 * ```
 *
 * Missing: a value of its own. Errors: EVALUATE_SLICE_COLUMN_UNKNOWN.
 * Source: W. Bergsma, "A bias-correction for Cramér's V and Tschuprow's T", J. Korean Stat. Soc. 42, 2013.
 */
export function findProxies(frame: Frame, sensitive: string, options: ProxyOptions): SensitiveProxy[] {
  const { columns, bins, atLeast, maxLevels } = parseOptions(proxyOptionsSchema, options, "proxies");
  const groupOf = new Uint32Array(frame.rows);
  const groups = groupRows(sensitive, frame, bins);
  groups.forEach(({ rows }, group) => {
    for (const row of rows) groupOf[row] = group;
  });
  const found = columns
    .filter((column) => column !== sensitive && frame.columns.get(column)?.type !== "vector")
    .map((column) => {
      const levels = groupRows(column, frame, bins);
      const none = (reason: string) => ({ column, association: null, pValue: null, reason });
      if (groups.length < 2) return none(`"${sensitive}" has one value`);
      if (levels.length < 2) return none("the column has one value");
      if (levels.length > maxLevels) return none(`the column has ${levels.length} values, more than ${maxLevels}`);
      return {
        column,
        ...associate(
          levels.map(({ rows }) => rows),
          groupOf,
          groups.map(({ rows }) => rows.length),
        ),
      };
    });
  const judged = found.filter(({ pValue }) => pValue !== null);
  const adjusted = adjustForMany(judged.map(({ pValue }) => pValue!));
  return found
    .map((one): SensitiveProxy => {
      const pValue = one.pValue === null ? null : adjusted[judged.indexOf(one)]!;
      return { ...one, pValue, isProxy: (one.association ?? 0) >= atLeast && pValue !== null && pValue < 0.05 };
    })
    .sort((a, b) => (b.association ?? -1) - (a.association ?? -1) || (a.column < b.column ? -1 : 1));
}

function associate(levels: readonly (readonly number[])[], groupOf: Uint32Array, sizes: readonly number[]) {
  const n = groupOf.length;
  let chi = 0;
  for (const rows of levels) {
    const counts = new Float64Array(sizes.length);
    for (const row of rows) counts[groupOf[row]!]!++;
    counts.forEach((count, group) => {
      const expected = (rows.length * sizes[group]!) / n;
      chi += (count - expected) ** 2 / expected;
    });
  }
  const degrees = (levels.length - 1) * (sizes.length - 1);
  const phi = Math.max(0, chi / n - degrees / (n - 1));
  const shrunk = (k: number) => k - (k - 1) ** 2 / (n - 1);
  const widest = Math.min(shrunk(levels.length), shrunk(sizes.length)) - 1;
  return { association: widest > 0 ? Math.min(1, Math.sqrt(phi / widest)) : 0, pValue: chiSquareTail(chi, degrees) };
}
