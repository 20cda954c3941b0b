import type { Column, Frame } from "@millrace/program";
import { type RandomStream, randomStream } from "#kernel";
import type { Feature, Schema } from "../schema/model.ts";
import type { ColumnStatistics, DatasetStatistics } from "../statistics/model.ts";
import { type Plant, plant } from "./plants.ts";

export interface SynthesizeOptions {
  readonly rows: number;
  readonly seed: number;
  /** Faults to plant, in order. */
  readonly plants?: readonly Plant[];
}

/**
 * Made-up rows that look like a data set column by column: shares of missing and of each value as counted, numbers and dates between
 * the counted deciles. Columns are independent of each other: nothing of how they hang together is kept, and no row is anybody's.
 *
 * ```ts
 * const age = { name: "age", type: "INT", present: 2, missing: 2, minValues: 1, maxValues: 1, quantiles: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1] } as const;
 * synthesizeFrame({ rows: 4, columns: [age] }, { rows: 3, seed: 1 }).rows; // 3
 * ```
 *
 * Random: `seed`, by column name. Missing: with the counted share. Errors: VALIDATE_COLUMN_UNKNOWN: a plant names a column that is not
 * there; VALIDATE_COLUMN_TYPE: it does not fit the column.
 */
export function synthesizeFrame(statistics: DatasetStatistics, options: SynthesizeOptions): Frame {
  const columns = new Map<string, Column>();
  for (const column of statistics.columns) {
    if (column.type === "VECTOR") continue;
    const random = randomStream(options.seed, `synthesize/${column.name}`);
    columns.set(column.name, synthesizeColumn(column, options.rows, random));
  }
  const frame = { rows: options.rows, columns };
  return (options.plants ?? []).reduce<Frame>((sofar, one) => plant(sofar, one, options.seed), frame);
}

/**
 * As `synthesizeFrame` from a schema alone: values of a domain equally often, numbers evenly between a domain's bounds (else 0 to 1, or
 * 0 to 100 for whole numbers), a tenth missing where values may be missing.
 */
export function synthesizeFromSchema(schema: Schema, options: SynthesizeOptions): Frame {
  const domains = new Map((schema.stringDomain ?? []).map((domain) => [domain.name ?? "", domain.value ?? []]));
  const columns = (schema.feature ?? [])
    .filter(({ type, lifecycleStage }) => type !== "STRUCT" && lifecycleStage !== "DEPRECATED")
    .map((feature) => statisticsOf(feature, domains));
  return synthesizeFrame({ rows: 1_000, columns }, options);
}

function statisticsOf(feature: Feature, domains: ReadonlyMap<string, readonly string[]>): ColumnStatistics {
  const missing = (feature.presence?.minFraction ?? 0) === 1 ? 0 : 100;
  const shared = { name: feature.name ?? "", missing, present: 1_000 - missing, minValues: 1, maxValues: 1 };
  const between = (low: number, high: number) => Array.from({ length: 11 }, (_, k) => low + ((high - low) * k) / 10);
  if (feature.boolDomain !== undefined && feature.type === "INT")
    return { ...shared, type: "INT", rankedValues: even(["0", "1"]), quantiles: between(0, 1) };
  if (feature.type === "INT")
    return { ...shared, type: "INT", quantiles: between(feature.intDomain?.min ?? 0, feature.intDomain?.max ?? 100) };
  if (feature.type === "FLOAT")
    return {
      ...shared,
      type: "FLOAT",
      quantiles: between(feature.floatDomain?.min ?? 0, feature.floatDomain?.max ?? 1),
    };
  const { boolDomain, stringDomain, domain } = feature;
  const values =
    boolDomain === undefined
      ? (stringDomain?.value ?? domains.get(domain ?? "") ?? [])
      : [boolDomain.trueValue ?? "true", boolDomain.falseValue ?? "false"];
  return { ...shared, type: "STRING", rankedValues: even(values) };
}

const even = (values: readonly string[]) => values.map((value) => ({ value, count: 1 }));

function synthesizeColumn(column: ColumnStatistics, rows: number, random: RandomStream): Column {
  const counted = column.present + column.missing;
  const missingShare = counted === 0 ? 1 : column.missing / counted;
  const missing = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) missing[row] = random.uniform() < missingShare ? 1 : 0;
  const masked = missing.includes(1) ? { missing } : {};
  switch (column.type) {
    case "STRING": {
      const draw = drawText(column, random);
      const levels: string[] = [];
      const codeOf = new Map<string, number>();
      const codes = new Int32Array(rows).fill(-1);
      for (let row = 0; row < rows; row++) {
        const text = draw();
        if (missing[row] === 1) continue;
        let code = codeOf.get(text);
        if (code === undefined) {
          code = levels.length;
          levels.push(text);
          codeOf.set(text, code);
        }
        codes[row] = code;
      }
      return { type: "string", codes, levels };
    }
    case "BOOL": {
      const share = column.mean ?? shareOfTrue(column);
      return {
        type: "bool",
        values: Uint8Array.from({ length: rows }, () => (random.uniform() < share ? 1 : 0)),
        ...masked,
      };
    }
    default: {
      const type = column.type === "FLOAT" ? "number" : column.type === "INT" ? "integer" : "timestamp";
      const draw = drawNumber(column, random);
      // Dates without a time of day stay so.
      const midnight = (text: string | undefined) => text?.endsWith("T00:00:00Z") === true;
      const unit = midnight(column.earliest) && midnight(column.latest) ? 86_400e6 : type === "number" ? 0 : 1;
      const values = Float64Array.from({ length: rows }, (_, row) => {
        const value = draw();
        if (missing[row] === 1) return 0;
        return unit === 0 ? value : Math.round(value / unit) * unit;
      });
      return { type, values, ...masked };
    }
  }
}

const shareOfTrue = ({ topValues, present }: ColumnStatistics) =>
  (topValues?.find(({ value }) => value === "true")?.count ?? 0) / Math.max(1, present);

/** By the counted deciles, evenly between two; where nothing is negative, as many zeros as were counted. */
function drawNumber({ quantiles = [0, 0], zeros = 0, present }: ColumnStatistics, random: RandomStream): () => number {
  const zeroShare = quantiles[0]! >= 0 ? zeros / Math.max(1, present) : 0;
  const last = quantiles.length - 1;
  return () => {
    const share = random.uniform();
    if (share < zeroShare) return 0;
    const k = Math.min(last - 1, Math.floor(share * last));
    const start = Math.max(k / last, zeroShare);
    const low = zeroShare > k / last ? 0 : quantiles[k]!;
    return low + ((quantiles[k + 1]! - low) * (share - start)) / ((k + 1) / last - start);
  };
}

/** Counted values by their counts; what was not counted one by one becomes made-up texts of the mean length. */
function drawText(column: ColumnStatistics, random: RandomStream): () => string {
  const values = column.rankedValues ?? column.topValues ?? [];
  const sums: number[] = [];
  let sum = 0;
  for (const { count } of values) {
    sum += count;
    sums.push(sum);
  }
  const evenly = values.length > 0 && sum === values.length;
  const rest = evenly ? 0 : Math.max(0, column.present - sum);
  const length = Math.max(3, Math.min(200, Math.round(column.avgLength ?? 8)));
  return () => {
    const at = random.uniform() * (sum + rest);
    const letters = random.uniform();
    if (at >= sum) return madeUp(letters, length);
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > at) high = middle;
      else low = middle + 1;
    }
    return values[low]!.value;
  };
}

function madeUp(uniform: number, length: number): string {
  const base = Math.floor(uniform * 2 ** 40)
    .toString(36)
    .padStart(8, "0");
  return base.repeat(Math.ceil(length / base.length)).slice(0, length);
}
