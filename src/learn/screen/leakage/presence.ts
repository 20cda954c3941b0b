import type { Column } from "@millrace/program";
import type { LearningTask } from "../../model.ts";
import { type Groups, groupsOf } from "../power/column-groups.ts";
import { type Interval, odds, wilson } from "../power/intervals.ts";

/** That a value is there (or not) in a small share of the rows, and what the target is in these rows. */
export interface Presence {
  /** How the rows differ from the others: `is not 0`, `is missing`, … */
  readonly says: string;
  readonly rows: number;
  readonly share: number;
  /** Class whose rate is meant (its index), or −1 for a regression target. */
  readonly class: number;
  /** Rate of the class in these rows; for regression the difference of means in standard deviations. */
  readonly rate: Interval;
  readonly baseRate: number;
  /** Odds of the lower bound over the odds of the base rate; for regression the lower bound itself. */
  readonly strength: number;
}

const fewestRows = 20;
const mostShare = 0.35;
const emptyWords = /^(none|null|n\/?a|nan|nil|unknown|no|not applicable|0|-|\?|)$/i;

/**
 * The strongest way in which the mere presence of a value tells the target: not 0, not missing, not an empty word (or the
 * opposite), each only where that is so in a small share of the rows.
 */
export function strongestPresence(
  column: Column,
  labels: Float64Array,
  task: LearningTask,
  classes: number,
): Presence | undefined {
  const rows = labels.length;
  let best: Presence | undefined;
  for (const [says, opposite, mask] of presenceMasks(column, rows)) {
    let count = 0;
    for (let i = 0; i < rows; i++) count += mask[i]!;
    const small = 2 * count <= rows;
    const size = small ? count : rows - count;
    if (size < fewestRows || size > mostShare * rows) continue;
    const inside = small ? 1 : 0;
    for (const found of describe(mask, inside, labels, task, classes)) {
      const presence = { ...found, says: small ? says : opposite, rows: size, share: size / rows };
      if (best === undefined || presence.strength > best.strength) best = presence;
    }
  }
  return best;
}

type Described = Pick<Presence, "class" | "rate" | "baseRate" | "strength">;

function describe(
  mask: Uint8Array,
  inside: number,
  labels: Float64Array,
  task: LearningTask,
  classes: number,
): Described[] {
  if (task === "regression") return [meanDifference(mask, inside, labels)];
  const all = new Float64Array(classes);
  const within = new Float64Array(classes);
  let size = 0;
  for (let i = 0; i < labels.length; i++) {
    all[labels[i]!]!++;
    if (mask[i] !== inside) continue;
    within[labels[i]!]!++;
    size++;
  }
  const found: Described[] = [];
  // Only a class that is not the usual one: rows without the usual outcome are common and say little.
  for (let c = 0; c < classes; c++) {
    const baseRate = all[c]! / labels.length;
    if (baseRate > 0.5 || baseRate === 0) continue;
    const rate = wilson(within[c]!, size);
    found.push({ class: c, rate, baseRate, strength: odds(rate.low) / odds(baseRate) });
  }
  return found;
}

function meanDifference(mask: Uint8Array, inside: number, labels: Float64Array): Described {
  const n = [0, 0];
  const sum = [0, 0];
  const squares = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    const side = mask[i] === inside ? 1 : 0;
    n[side]!++;
    sum[side]! += labels[i]!;
  }
  const mean = [sum[0]! / n[0]!, sum[1]! / n[1]!];
  for (let i = 0; i < labels.length; i++) {
    const side = mask[i] === inside ? 1 : 0;
    squares[side]! += (labels[i]! - mean[side]!) ** 2;
  }
  const spread = Math.sqrt((squares[0]! + squares[1]!) / labels.length) || 1e-300;
  const error = Math.sqrt(squares[0]! / n[0]! ** 2 + squares[1]! / n[1]! ** 2);
  const value = Math.abs(mean[1]! - mean[0]!) / spread;
  const half = (1.959963984540054 * error) / spread;
  return {
    class: -1,
    rate: { value, low: Math.max(0, value - half), high: value + half },
    baseRate: 0,
    strength: Math.max(0, value - half),
  };
}

function presenceMasks(column: Column, rows: number): [string, string, Uint8Array][] {
  const masks: [string, string, Uint8Array][] = [];
  const missing = missingMask(column, rows);
  if (missing.includes(1)) masks.push(["is missing", "is not missing", missing]);
  if (column.type === "string") {
    const empty = column.levels.map((level) => emptyWords.test(level.trim()));
    if (empty.includes(true)) {
      const mask = Uint8Array.from(column.codes, (code) => (code >= 0 && !empty[code] ? 1 : 0));
      masks.push(["names something", "is an empty word or missing", mask]);
    }
  } else if (column.type !== "bool" && column.type !== "vector" && column.values.includes(0)) {
    const mask = Uint8Array.from({ length: rows }, (_, i) => (missing[i] === 0 && column.values[i] !== 0 ? 1 : 0));
    if (mask.includes(0)) masks.push(["is not 0", "is 0 or missing", mask]);
  }
  return masks;
}

function missingMask(column: Column, rows: number): Uint8Array {
  if (column.type === "string") return Uint8Array.from(column.codes, (code) => (code < 0 ? 1 : 0));
  const mask = new Uint8Array(rows);
  if (column.missing !== undefined) mask.set(column.missing.subarray(0, rows));
  return mask;
}

/** A level with its rate of a class that is not the usual one. */
export interface LevelRate {
  readonly level: string;
  readonly class: number;
  readonly rows: number;
  readonly rate: Interval;
  readonly baseRate: number;
}

/** The level (of at least 20 rows) with the highest lower bound of the rate of an unusual class. */
export function strongestLevel(column: Column, labels: Float64Array, classes: number): LevelRate | undefined {
  if (column.type !== "string" && column.type !== "bool") return undefined;
  const groups: Groups = groupsOf(column, labels.length);
  const counts = new Float64Array(groups.names.length * classes);
  const sizes = new Float64Array(groups.names.length);
  const all = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) {
    all[labels[i]!]!++;
    const code = groups.codes[i]!;
    if (code < 0) continue;
    counts[code * classes + labels[i]!]!++;
    sizes[code]!++;
  }
  let best: LevelRate | undefined;
  for (let level = 0; level < groups.names.length; level++) {
    if (sizes[level]! < fewestRows) continue;
    for (let c = 0; c < classes; c++) {
      const baseRate = all[c]! / labels.length;
      if (baseRate > 0.5) continue;
      const rate = wilson(counts[level * classes + c]!, sizes[level]!);
      if (best === undefined || rate.low > best.rate.low)
        best = { level: groups.names[level]!, class: c, rows: sizes[level]!, rate, baseRate };
    }
  }
  return best;
}
