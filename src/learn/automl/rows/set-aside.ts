import { selectRows } from "#dataset";
import { knownNames, MillraceError, randomStream } from "#kernel";
import { asksForecast } from "../../selection/choose-learners.ts";
import type { AutomlOptions } from "../model.ts";
import type { LabelledRows } from "./training-rows.ts";

/**
 * Validation rows to search with, and half of them set aside as calibration rows where the options ask for outputs beside the
 * score; a row's half is a coin's (a group's, where there are groups). A forecast searches with the older half: a series with
 * holes is none.
 *
 * Random: by the row's or group's place and the seed.
 */
export function setAside(
  rows: LabelledRows,
  options: AutomlOptions,
): { readonly validation: LabelledRows; readonly calibration: LabelledRows | undefined } {
  const { coverage, outOfDomain, abstain } = options;
  if (coverage === undefined && outOfDomain === undefined && abstain === undefined)
    return { validation: rows, calibration: undefined };
  if (asksForecast(options) && options.time !== undefined) {
    const newer = newerHalf(rows, options.time);
    return {
      validation: partOf(
        rows,
        newer.map((one) => 1 - one),
      ),
      calibration: partOf(rows, newer),
    };
  }
  const groups = groupsOf(rows, options.group);
  const random = randomStream(options.seed, "automl/calibration");
  const coins = new Map<number, boolean>();
  const kept = Uint8Array.from(groups, (group) => {
    const coin = coins.get(group) ?? random.integer(2) === 0;
    coins.set(group, coin);
    return coin ? 1 : 0;
  });
  return {
    validation: partOf(rows, kept),
    calibration: partOf(
      rows,
      kept.map((one) => 1 - one),
    ),
  };
}

/** 1 for each row of the newer half; rows without a time are of the older. */
function newerHalf({ frame }: LabelledRows, time: string): Uint8Array {
  const column = frame.columns.get(time);
  if (column === undefined || column.type === "string" || column.type === "vector") return new Uint8Array(frame.rows);
  const at = (row: number) => (column.missing?.[row] === 1 ? Number.NEGATIVE_INFINITY : column.values[row]!);
  const order = Array.from({ length: frame.rows }, (_, row) => row).sort((a, b) => at(a) - at(b) || a - b);
  const newer = new Uint8Array(frame.rows);
  for (const row of order.slice(Math.ceil(frame.rows / 2))) newer[row] = 1;
  return newer;
}

function groupsOf({ frame }: LabelledRows, name: string | undefined): ArrayLike<number> & Iterable<number> {
  if (name === undefined) return Uint32Array.from({ length: frame.rows }, (_, row) => row);
  const column = frame.columns.get(name);
  if (column === undefined || column.type === "vector")
    throw new MillraceError("LEARN_COLUMN_UNKNOWN", {
      message: `The data have no group column "${name}" (${knownNames(name, [...frame.columns.keys()])}).`,
      next: "Correct the column's name in the configuration.",
      facts: { column: name },
    });
  return column.type === "string" ? column.codes : Float64Array.from(column.values);
}

function partOf({ frame, target, weights }: LabelledRows, kept: Uint8Array): LabelledRows {
  const own = (values: Float64Array) => values.filter((_, i) => kept[i] === 1);
  const values = own(target.values);
  return {
    frame: selectRows(frame, kept),
    target: { ...target, values, labelled: values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0) },
    weights: weights === undefined ? undefined : own(weights),
  };
}
