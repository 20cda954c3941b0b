import type { Column } from "@millrace/program";
import { compareUtf8 } from "@millrace/program/text";
import { type RowHashes, unitOf } from "./row-hash.ts";

type Fractions = { readonly train: number; readonly validation: number; readonly test: number };
type Units = { readonly codes: Int32Array; readonly count: number };

/** Each unit by its own hash alone: what other rows are there does not matter. */
export function assignByHash(units: Units, hashes: RowHashes, fractions: Fractions): Uint8Array {
  const { high, low } = unitHashes(units, hashes);
  return units.codes.reduce((codes, unit, row) => {
    codes[row] = splitAt(unitOf(high[unit]!, low[unit]!), fractions);
    return codes;
  }, new Uint8Array(units.codes.length));
}

/** Units in order of their hash, within each stratum cut where the fractions of its rows are reached. */
export function assignByRank(
  units: Units,
  hashes: RowHashes,
  fractions: Fractions,
  target: Column | undefined,
): Uint8Array {
  const { high, low } = unitHashes(units, hashes);
  const sizes = new Int32Array(units.count);
  for (const unit of units.codes) sizes[unit]!++;
  const strata = target === undefined ? new Int32Array(units.count) : unitStrata(units, target);
  const order = Uint32Array.from({ length: units.count }, (_, unit) => unit);
  order.sort((a, b) => strata[a]! - strata[b]! || high[a]! - high[b]! || low[a]! - low[b]! || a - b);
  const totals = new Map<number, number>();
  for (let unit = 0; unit < units.count; unit++)
    totals.set(strata[unit]!, (totals.get(strata[unit]!) ?? 0) + sizes[unit]!);
  const unitCodes = new Uint8Array(units.count);
  let stratum = Number.NaN;
  let before = 0;
  for (const unit of order) {
    if (strata[unit] !== stratum) {
      stratum = strata[unit]!;
      before = 0;
    }
    // The middle of the unit decides, so that a large unit goes where most of it belongs.
    unitCodes[unit] = splitAt((before + sizes[unit]! / 2) / totals.get(stratum)!, fractions);
    before += sizes[unit]!;
  }
  return Uint8Array.from(units.codes, (unit) => unitCodes[unit]!);
}

function splitAt(at: number, { train, validation, test }: Fractions): 0 | 1 | 2 {
  if (at < train) return 0;
  if (at < train + validation || test === 0) return validation > 0 ? 1 : 0;
  return 2;
}

/** The smallest hash of a unit's rows: it does not depend on their order. */
function unitHashes(units: Units, hashes: RowHashes): RowHashes {
  const high = new Uint32Array(units.count).fill(0xffffffff);
  const low = new Uint32Array(units.count).fill(0xffffffff);
  for (let row = 0; row < units.codes.length; row++) {
    const unit = units.codes[row]!;
    const a = hashes.high[row]!;
    const b = hashes.low[row]!;
    if (a < high[unit]! || (a === high[unit] && b < low[unit]!)) {
      high[unit] = a;
      low[unit] = b;
    }
  }
  return { high, low };
}

const QUANTILE_BINS = 10;

/** A unit's stratum: the target value of most of its rows, the smallest on a tie. */
function unitStrata(units: Units, target: Column): Int32Array {
  const strata = rowStrata(target);
  const votes: Map<number, number>[] = Array.from({ length: units.count }, () => new Map());
  for (const [row, unit] of units.codes.entries())
    votes[unit]!.set(strata[row]!, (votes[unit]!.get(strata[row]!) ?? 0) + 1);
  return Int32Array.from(votes, (counts) => {
    let best = 0;
    let most = 0;
    for (const [stratum, count] of counts)
      if (count > most || (count === most && stratum < best)) {
        best = stratum;
        most = count;
      }
    return best;
  });
}

/** Strata by row: −1 missing, else the rank of the level, the value, or for numbers of many values the quantile bin. */
function rowStrata(target: Column): Int32Array {
  if (target.type === "string") {
    const rank = new Int32Array(target.levels.length);
    const order = target.levels
      .map((_, code) => code)
      .sort((a, b) => compareUtf8(target.levels[a]!, target.levels[b]!));
    for (const [place, code] of order.entries()) rank[code] = place;
    return target.codes.map((code) => (code === -1 ? -1 : rank[code]!));
  }
  const values = target.values;
  const sorted = Float64Array.from(values as Float64Array)
    .filter((_, row) => target.missing?.[row] !== 1)
    .sort();
  const distinct: number[] = [];
  for (const value of sorted) if (distinct.length === 0 || value !== distinct.at(-1)) distinct.push(value);
  const few = distinct.length <= 20 && target.type !== "number";
  const edges = few
    ? distinct
    : Array.from(
        { length: QUANTILE_BINS - 1 },
        (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / QUANTILE_BINS)] ?? 0,
      );
  const strata = new Int32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    if (target.missing?.[row] === 1) strata[row] = -1;
    else {
      let stratum = 0;
      while (stratum < edges.length && (few ? edges[stratum]! < values[row]! : edges[stratum]! <= values[row]!))
        stratum++;
      strata[row] = stratum;
    }
  }
  return strata;
}
