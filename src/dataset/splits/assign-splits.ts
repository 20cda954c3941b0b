import type { Frame, JsonObject } from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";
import { columnNamed, unknownColumn } from "../frames/frame-columns.ts";
import { assignByTime } from "./assign-time.ts";
import { assignByHash, assignByRank } from "./assign-units.ts";
import { SPLIT_NAMES } from "./model.ts";
import { hashRows } from "./row-hash.ts";
import { resolveSplitOptions, type SplitOptions } from "./split-options.ts";
import { countDuplicates, duplicateCodes, splitUnits } from "./split-units.ts";
import { targetBySplit } from "./target-rates.ts";

export interface SplitAssignment {
  /** One code a row: 0 train, 1 validation, 2 test, 3 left out. */
  readonly codes: Uint8Array;
  readonly report: JsonObject;
}

/** Below this many rows chance would stray far from the fractions, so rows are ranked by their hash and cut exactly. */
const SMALL = 2000;

/**
 * Assigns every row to train, validation, test, or (in a time split's gap, or without a time) to none.
 *
 * ```ts
 * assignSplits(frame, { strategy: "time", time: "Flight Date", fractions: { train: 0.6, validation: 0.2, test: 0.2 }, gapDays: 7 });
 * ```
 *
 * - `random`: by a hash of the row's values and the seed, so that a row stays where it is when others come (from 2,000 rows on).
 * - `stratified`: equal shares of each target value (numbers: of ten quantile bins), cut exactly in order of the hash.
 * - `group`: whole groups, by a hash of the group's value and the seed.
 * - `time`: cut between times, so that equal times fall together; `gapDays` before each cut are left out.
 *
 * Exact duplicates over the `features` (all columns by default) fall together; in a time split they go where the latest lies.
 * Random: the seed; order of rows does not matter. Missing: a missing group value is a group of its own row.
 * Errors: DATASET_SPLIT_IMPOSSIBLE: a wanted split would be empty; DATASET_COLUMN_UNKNOWN; DATASET_COLUMN_TYPE.
 */
export function assignSplits(frame: Frame, options: SplitOptions): SplitAssignment {
  const resolved = resolveSplitOptions(options);
  const { strategy, fractions, seed } = resolved;
  const names = [...frame.columns.keys()];
  for (const name of [resolved.time, resolved.group, resolved.target, ...(resolved.features ?? [])])
    if (name !== undefined && !frame.columns.has(name)) throw unknownColumn(name, names);
  const need = (value: string | undefined, what: string): string => {
    if (value !== undefined) return value;
    throw new MillraceError("DATASET_OPERATION_INVALID", {
      message: `A ${strategy} split needs a ${what} column: ${knownNames("", names)}.`,
      next: `Set \`${what}\` to the column's name.`,
    });
  };
  const features = resolved.features ?? names;
  const hashes = hashRows(frame, features, seed);
  const twins = duplicateCodes(hashes);
  const duplicates = countDuplicates(twins.codes, twins.count);
  const keep = resolved.keepDuplicatesTogether;
  let codes: Uint8Array;
  let facts: JsonObject = {};
  let moved = 0;
  if (strategy === "time") {
    const assigned = assignByTime(frame, need(resolved.time, "time"), resolved, keep ? twins.codes : undefined);
    ({ codes, moved, facts } = assigned);
  } else {
    const group = strategy === "group" ? need(resolved.group, "group") : undefined;
    const target = strategy === "stratified" ? columnNamed(frame, need(resolved.target, "target")) : undefined;
    const units = splitUnits(frame, keep ? twins.codes : undefined, group);
    const unitHashes = group === undefined ? hashes : hashRows(frame, [group], seed);
    const exact = strategy === "stratified" || units.count < SMALL;
    codes = exact ? assignByRank(units, unitHashes, fractions, target) : assignByHash(units, unitHashes, fractions);
    facts = { method: exact ? "rank" : "hash", ...(group === undefined ? {} : { groups: units.count }) };
  }
  const rows = [0, 0, 0, 0];
  for (const code of codes) rows[code]!++;
  const wanted =
    strategy === "time" && resolved.boundaries !== undefined
      ? [true, resolved.boundaries.validationFrom !== undefined, resolved.boundaries.testFrom !== undefined]
      : [fractions.train > 0, fractions.validation > 0, fractions.test > 0];
  const empty = wanted.findIndex((asked, k) => asked && rows[k] === 0);
  if (empty !== -1) {
    const distinct = keep ? { distinct: twins.count } : {};
    throw impossible(frame.rows, strategy, SPLIT_NAMES[empty]!, rows, { ...facts, ...distinct });
  }
  return {
    codes,
    report: {
      strategy,
      seed,
      rows: { train: rows[0]!, validation: rows[1]!, test: rows[2]!, leftOut: rows[3]! },
      ...facts,
      duplicates: {
        columns: features.length,
        groups: duplicates.groups,
        rows: duplicates.rows,
        keptTogether: keep,
        moved,
      },
      ...(resolved.target === undefined ? {} : { target: targetBySplit(columnNamed(frame, resolved.target), codes) }),
    },
  };
}

function impossible(
  rows: number,
  strategy: string,
  name: string,
  counts: readonly number[],
  facts: JsonObject,
): MillraceError {
  const same =
    typeof facts.distinct === "number" && facts.distinct < rows / 2
      ? ` Only ${facts.distinct} of them differ, and equal rows stay together.`
      : "";
  return new MillraceError("DATASET_SPLIT_IMPOSSIBLE", {
    message: `A ${strategy} split of ${rows} rows leaves ${name} empty (train ${counts[0]}, validation ${counts[1]}, test ${counts[2]}, left out ${counts[3]}).${same}`,
    next: "Give more rows, other fractions or boundaries, a smaller gap, or another strategy.",
    facts: { rows, strategy, empty: name, ...facts },
  });
}
