import type { CustomStatistic } from "./model.ts";
import type { NestedColumn } from "./nested/model.ts";

/**
 * A statistic of one's own, as a plug-in: a plain object.
 *
 * ```ts
 * const shouting: StatisticPlugin<number> = {
 *   kind: "statistic", name: "shouting", version: "1", traits: { types: ["string"] },
 *   accumulate: (column) => column.type === "string" ? column.levels.filter((level) => level === level.toUpperCase()).length : 0,
 *   result: (levels) => [{ name: "upper_case_levels", num: levels }],
 * };
 * shouting.result(2); // [{ name: "upper_case_levels", num: 2 }]
 * ```
 */
export interface StatisticPlugin<State = unknown> {
  readonly kind: "statistic";
  readonly name: string;
  readonly version: string;
  readonly traits: { readonly types: readonly NestedColumn["type"][] };
  /** What is kept of the rows of a column. */
  accumulate(column: NestedColumn, rows: number): State;
  result(state: State): readonly CustomStatistic[];
}
