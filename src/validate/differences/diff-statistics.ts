import type { ColumnStatistics, DatasetStatistics, ValueCount } from "../statistics/model.ts";

export interface Change<T> {
  readonly before: T;
  readonly after: T;
}

/** A figure that is another than before; rates lie in [0, 1]. */
export interface FigureChange extends Change<number | string | null> {
  readonly figure: "missingShare" | "unique" | "min" | "mean" | "max" | "earliest" | "latest";
}

/** What changed in a column that both data sets have. */
export interface ColumnChange {
  readonly name: string;
  readonly figures: readonly FigureChange[];
  /** Values that only one of the two has, most frequent first; of columns whose values are all counted. */
  readonly newValues: readonly ValueCount[];
  readonly goneValues: readonly ValueCount[];
}

export interface StatisticsDifference {
  readonly rows: Change<number>;
  /** Sums of the weights. */
  readonly weight?: Change<number>;
  readonly columns: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly retyped: readonly ({ readonly name: string } & Change<string>)[];
    /** What moved most stands first. */
    readonly changed: readonly ColumnChange[];
  };
  readonly slices?: readonly SliceDifference[];
}

export interface SliceDifference extends Omit<StatisticsDifference, "slices"> {
  /** As `computeStatistics` names it, like `carrier_UA`. */
  readonly slice: string;
}

/**
 * What changed from one data set to another, column by column, as their statistics tell it.
 *
 * ```ts
 * const of = (max: number) =>
 *   ({ rows: 1, columns: [{ name: "x", type: "INT", present: 1, missing: 0, minValues: 1, maxValues: 1, max }] }) as const;
 * diffStatistics(of(2), of(3)).columns.changed[0]?.figures; // [{ figure: "max", before: 2, after: 3 }]
 * ```
 *
 * Shapes: a slice is there if either side has it; a side without it counts 0 rows. Units: with weights, shares of missing
 * values, means and counts of values are weighted. Missing: a figure that one side lacks is null there. Figures that are
 * not exact are left out.
 */
export function diffStatistics(before: DatasetStatistics, after: DatasetStatistics): StatisticsDifference {
  const [old, now] = [byName(before.slices ?? []), byName(after.slices ?? [])];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const slices = names.map((slice) => ({
    slice,
    ...differenceOf(old.get(slice) ?? nothing(before), now.get(slice) ?? nothing(after)),
  }));
  const whole = differenceOf(before, after);
  return slices.length === 0 ? whole : { ...whole, slices };
}

/** Statistics of a slice that a data set does not have. */
function nothing({ weightedRows }: DatasetStatistics): DatasetStatistics {
  return { rows: 0, columns: [], ...(weightedRows !== undefined && { weightedRows: 0 }) };
}

const byName = <T extends { readonly name?: string }>(all: readonly T[]) =>
  new Map(all.map((one) => [one.name ?? "", one]));

function differenceOf(before: DatasetStatistics, after: DatasetStatistics): Omit<StatisticsDifference, "slices"> {
  const [old, now] = [byName(before.columns), byName(after.columns)];
  // Where a side has no rows its columns did not go: there is nothing to tell of them.
  const counted = before.rows > 0 && after.rows > 0;
  const both = after.columns
    .filter(({ name }) => old.has(name))
    .map((column) => [old.get(column.name)!, column] as const);
  const changed = counted ? both.filter(([a, b]) => a.type === b.type).map(([a, b]) => changeOf(a, b)) : [];
  return {
    rows: { before: before.rows, after: after.rows },
    ...(before.weightedRows !== undefined &&
      after.weightedRows !== undefined && { weight: { before: before.weightedRows, after: after.weightedRows } }),
    columns: {
      added: counted ? [...now.keys()].filter((name) => !old.has(name)) : [],
      removed: counted ? [...old.keys()].filter((name) => !now.has(name)) : [],
      retyped: both
        .filter(([a, b]) => a.type !== b.type)
        .map(([a, b]) => ({ name: a.name, before: a.type, after: b.type })),
      changed: changed
        .filter(({ change }) => change.figures.length + change.newValues.length + change.goneValues.length > 0)
        .sort((a, b) => b.size - a.size)
        .map(({ change }) => change),
    },
  };
}

/** What changed in a column, and by how much: the greatest of shares that moved and of means in standard deviations. */
function changeOf(before: ColumnStatistics, after: ColumnStatistics): { change: ColumnChange; size: number } {
  const figures: FigureChange[] = [];
  const compare = (figure: FigureChange["figure"], a: number | string | undefined, b: number | string | undefined) => {
    if (!Object.is(a, b) && isExact(before, figure) && isExact(after, figure))
      figures.push({ figure, before: a ?? null, after: b ?? null });
  };
  compare("missingShare", missingShare(before), missingShare(after));
  compare("unique", before.unique, after.unique);
  if (before.type === "TIMESTAMP") {
    compare("earliest", before.earliest, after.earliest);
    compare("latest", before.latest, after.latest);
  } else {
    compare("min", before.min, after.min);
    compare("mean", meanOf(before), meanOf(after));
    compare("max", before.max, after.max);
  }
  const newValues = valuesBeside(after, before);
  const goneValues = valuesBeside(before, after);
  const moved = Math.abs((meanOf(after) ?? 0) - (meanOf(before) ?? 0));
  const size = Math.max(
    Math.abs(missingShare(after) - missingShare(before)),
    shareOf(newValues, after),
    shareOf(goneValues, before),
    before.type === "TIMESTAMP" || moved === 0
      ? 0
      : moved / Math.max(before.std ?? 0, after.std ?? 0, Number.MIN_VALUE),
  );
  return { change: { name: after.name, figures, newValues, goneValues }, size };
}

const isExact = ({ precision = "exact" }: ColumnStatistics, figure: string) =>
  precision === "exact" || precision[figure] === undefined;

const meanOf = ({ mean, weighted }: ColumnStatistics) => weighted?.mean ?? mean;

function missingShare({ present, missing, weighted }: ColumnStatistics): number {
  const [there, away] = weighted === undefined ? [present, missing] : [weighted.present, weighted.missing];
  return there + away === 0 ? 0 : away / (there + away);
}

/** The values of a column that another has not, where both rankings are whole. */
function valuesBeside(column: ColumnStatistics, other: ColumnStatistics): ValueCount[] {
  if (column.type !== "STRING" || !isRanked(column) || !isRanked(other)) return [];
  const known = new Set(other.rankedValues?.map(({ value }) => value));
  return (column.weighted?.rankedValues ?? column.rankedValues ?? []).filter(({ value }) => !known.has(value));
}

const isRanked = (column: ColumnStatistics) =>
  isExact(column, "unique") && (column.rankedValues?.length ?? 0) === (column.unique ?? 0);

function shareOf(values: readonly ValueCount[], { present, weighted }: ColumnStatistics): number {
  const all = weighted?.present ?? present;
  return all === 0 ? 0 : values.reduce((sum, { count }) => sum + count, 0) / all;
}
