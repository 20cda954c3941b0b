import type { Frame, JsonObject } from "@millrace/program";
import { MillraceError } from "#kernel";
import { columnNamed } from "../frames/frame-columns.ts";
import { declareTime } from "../typing/declare-time.ts";
import { stampParser } from "../typing/timestamp-patterns.ts";
import type { ResolvedSplitOptions } from "./split-options.ts";

const DAY_MICROS = 86_400_000_000;
const LEFT_OUT = 3;

/** Rows before the first cut train, from there on validate, from the second cut on test. */
export function assignByTime(
  frame: Frame,
  name: string,
  options: ResolvedSplitOptions,
  duplicates: Int32Array | undefined,
) {
  const column = columnNamed(frame, name);
  if (column.type !== "timestamp" && column.type !== "integer" && column.type !== "number")
    throw new MillraceError("DATASET_COLUMN_TYPE", {
      message: `The time column "${name}" is ${column.type}; a time split needs a timestamp or a number.`,
      next: declareTime(name),
      facts: { column: name, type: column.type },
    });
  if (options.gapDays > 0 && column.type !== "timestamp")
    throw new MillraceError("DATASET_COLUMN_TYPE", {
      message: `A gap of ${options.gapDays} days cannot be measured on "${name}": it is ${column.type}, not a timestamp.`,
      next: "Set gapDays to 0, or split by a timestamp.",
      facts: { column: name, type: column.type },
    });
  const times = column.values;
  const sorted = times.filter((_, row) => column.missing?.[row] !== 1).sort();
  const { validationFrom, testFrom } = options.boundaries
    ? stated(options.boundaries)
    : cuts(sorted, options.fractions);
  const gap = options.gapDays * DAY_MICROS;
  const codes = new Uint8Array(frame.rows);
  let withoutTime = 0;
  for (let row = 0; row < frame.rows; row++) {
    const at = times[row]!;
    if (column.missing?.[row] === 1) {
      codes[row] = LEFT_OUT;
      withoutTime++;
    } else if (at >= testFrom) codes[row] = 2;
    else if (at >= testFrom - gap) codes[row] = LEFT_OUT;
    else if (at >= validationFrom) codes[row] = 1;
    else codes[row] = at >= validationFrom - gap ? LEFT_OUT : 0;
  }
  const moved = duplicates === undefined ? 0 : moveDuplicates(codes, duplicates);
  const isTime = column.type === "timestamp";
  const shown = (value: number) =>
    Number.isFinite(value) ? (isTime ? new Date(value / 1000).toISOString() : value) : null;
  const facts: JsonObject = {
    time: name,
    boundaries: { validationFrom: shown(validationFrom), testFrom: shown(testFrom) },
    gapDays: options.gapDays,
    withoutTime,
  };
  return { codes, moved, facts };
}

/** Duplicates that lie in several splits go where the latest lies, so that nothing of the future comes into training. */
function moveDuplicates(codes: Uint8Array, duplicates: Int32Array): number {
  const latest = new Map<number, number>();
  for (const [row, set] of duplicates.entries())
    if (codes[row] !== LEFT_OUT) latest.set(set, Math.max(latest.get(set) ?? 0, codes[row]!));
  let moved = 0;
  for (const [row, set] of duplicates.entries()) {
    if (codes[row] === LEFT_OUT || codes[row] === latest.get(set)) continue;
    codes[row] = latest.get(set)!;
    moved++;
  }
  return moved;
}

/** The times at which a cut comes nearest to the wanted number of rows; a split of fraction 0 starts where the next does. */
function cuts(sorted: Float64Array, fractions: { train: number; validation: number; test: number }) {
  const n = sorted.length;
  const starts: { at: number; rows: number }[] = [];
  for (let k = 0; k < n; k++) if (k === 0 || sorted[k] !== sorted[k - 1]) starts.push({ at: sorted[k]!, rows: k });
  const nearest = (wanted: number) => {
    let best = { at: Number.POSITIVE_INFINITY, rows: n };
    for (const start of starts) if (Math.abs(start.rows - wanted) < Math.abs(best.rows - wanted)) best = start;
    return best.at;
  };
  const testFrom =
    fractions.test === 0 ? Number.POSITIVE_INFINITY : nearest(n * (fractions.train + fractions.validation));
  const validationFrom = fractions.validation === 0 ? testFrom : nearest(n * fractions.train);
  return { validationFrom, testFrom };
}

function stated(boundaries: { validationFrom?: number | string | undefined; testFrom?: number | string | undefined }) {
  const testFrom = boundaries.testFrom === undefined ? Number.POSITIVE_INFINITY : momentOf(boundaries.testFrom);
  const validationFrom = boundaries.validationFrom === undefined ? testFrom : momentOf(boundaries.validationFrom);
  if (validationFrom <= testFrom) return { validationFrom, testFrom };
  throw new MillraceError("DATASET_OPERATION_INVALID", {
    message: `Validation starts at ${boundaries.validationFrom}, after test starts at ${boundaries.testFrom}.`,
    next: "Let validationFrom come before testFrom.",
  });
}

/** Microseconds of a number or of an ISO date or date-time. */
export function momentOf(value: number | string): number {
  if (typeof value === "number") return value;
  for (const pattern of ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]) {
    const micros = stampParser(pattern)(value);
    if (!Number.isNaN(micros)) return micros;
  }
  throw new MillraceError("DATASET_OPERATION_INVALID", {
    message: `"${value}" is not an ISO date or date-time.`,
    next: "Write it as 2001-12-31 or 2001-12-31T00:00:00Z.",
  });
}
