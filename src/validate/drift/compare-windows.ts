import type { Column, Frame } from "@millrace/program";
import { knownNames, MillraceError, parseOptions, randomStream } from "#kernel";
import { type ColumnSample, kindOf, sampleOf } from "./column-sample.ts";
import { compareSlices } from "./compare-slices.ts";
import { type DriftOptions, driftOptionsSchema, type ResolvedDriftOptions } from "./drift-options.ts";
import { chooseTests } from "./drift-tests.ts";
import { evidentlyColumns } from "./evidently.ts";
import { judge, type Measured } from "./judge.ts";
import type { DriftColumn, DriftMeasurement, DriftReport, DriftTest } from "./model.ts";
import { rowWeights } from "./row-weights.ts";
import { tfdvColumns } from "./tfdv/tfdv-columns.ts";

/**
 * Whether a current window still looks like the reference, column by column and test by test.
 *
 * ```ts
 * const window = (values: number[]) => ({ rows: values.length, columns: new Map([["x", { type: "number", values: Float64Array.from(values) } as const]]) });
 * const reference = window(Array.from({ length: 200 }, (_, i) => i));
 * compareWindows(reference, window(Array.from({ length: 200 }, (_, i) => i + 100))).drifted; // true
 * ```
 *
 * A column drifted where the value exceeds what chance gives at these sample sizes by the practical threshold *and* is
 * significant after adjustment for all tests (Benjamini–Hochberg). `threshold` is that expectation plus the practical
 * threshold; `detail` carries `expected`, `spread`, `corrected`, `pValue`, `adjustedPValue` and the test's own facts.
 * Missing: a bin of its own, like NaN and either infinity. Weights: counts are sums of weights, and chance is that of as
 * many rows as the weights are worth ((Σw)² / Σw²). Random: shuffles keyed by seed, column and test.
 * Errors: VALIDATE_WINDOW_EMPTY · VALIDATE_DRIFT_TEST_UNKNOWN · VALIDATE_COLUMN_UNKNOWN: a column named in no window ·
 * VALIDATE_WEIGHT_INVALID: a weight that is missing, negative or no number.
 */
export function compareWindows(reference: Frame, current: Frame, options: DriftOptions = {}): DriftReport {
  const resolved = parseOptions(driftOptionsSchema, options, "drift");
  refuseEmpty(reference, "reference");
  refuseEmpty(current, "current");
  const whole = compareFrames(reference, current, resolved);
  if (resolved.slices.length === 0) return whole;
  const slices = compareSlices(reference, current, resolved, compareFrames);
  return { ...whole, slices, drifted: whole.drifted || slices.some(({ drifted }) => drifted) };
}

function compareFrames(reference: Frame, current: Frame, resolved: ResolvedDriftOptions): DriftReport {
  const names = chooseColumns(reference, current, resolved);
  const rows = { reference: reference.rows, current: current.rows };
  const tests = chooseTests(resolved.tests, resolved.compat);
  const weights = [rowWeights(reference, resolved.weight), rowWeights(current, resolved.weight)] as const;
  const found: DriftColumn[] = [];
  const measured: Measured[] = [];
  for (const name of names) {
    const [a, b] = alikeWhereEmpty(reference.columns.get(name), current.columns.get(name), rows);
    const broken = incomparable(name, a, b);
    if (broken !== null) found.push(broken);
    else if (a!.type === "vector" || b!.type === "vector") continue;
    else {
      const pair = [sampleOf(a!, rows.reference, weights[0]), sampleOf(b!, rows.current, weights[1])] as const;
      if (resolved.compat === "evidently")
        found.push(...evidentlyColumns(name, ...pair, resolved.tests, resolved.thresholds));
      else if (resolved.compat === "tfdv")
        found.push(...tfdvColumns(name, ...pair, resolved.tests, resolved.thresholds));
      else for (const test of tests) measured.push(...measure(name, test, ...pair, resolved));
    }
  }
  found.push(...judge(measured, resolved));
  return summarize(found, names, resolved.driftShare, rows);
}

function measure(
  name: string,
  test: DriftTest,
  reference: ColumnSample,
  current: ColumnSample,
  { bins, bandWidth, shuffles, seed }: ResolvedDriftOptions,
): Measured[] {
  if (!test.traits.types.includes(reference.kind)) return [];
  const few = Math.min(reference.rows, current.rows) < test.traits.minRows;
  const random = randomStream(seed, `drift/${name}/${test.name}`);
  const measurement: DriftMeasurement = few
    ? {
        value: null,
        expected: 0,
        spread: 0,
        pValue: null,
        detail: { reason: `fewer than ${test.traits.minRows} rows in a window` },
      }
    : test.compare(reference, current, { bins, bandWidth, shuffles, random });
  return [{ name, test: test.name, measurement }];
}

function summarize(
  found: readonly DriftColumn[],
  names: readonly string[],
  driftShare: number,
  rows: DriftReport["rows"],
): DriftReport {
  const place = new Map(names.map((name, index) => [name, index]));
  const columns = found.toSorted((x, y) => place.get(x.name)! - place.get(y.name)!);
  const drifted = new Set(columns.filter((column) => column.drifted).map(({ name }) => name)).size;
  const share = names.length === 0 ? 0 : drifted / names.length;
  return { columns, share, drifted: drifted > 0 && share >= driftShare, rows };
}

function chooseColumns(
  reference: Frame,
  current: Frame,
  { columns, exclude, weight }: Pick<ResolvedDriftOptions, "columns" | "exclude" | "weight">,
): string[] {
  const known = [...new Set([...reference.columns.keys(), ...current.columns.keys()])];
  for (const name of [...(columns ?? []), ...(weight === undefined ? [] : [weight])])
    if (!known.includes(name))
      throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
        message: `Neither window has a column "${name}" (${knownNames(name, known)}).`,
        next: "Name columns that the data have.",
        facts: { column: name },
      });
  return (columns ?? known).filter((name) => !exclude.includes(name) && name !== weight);
}

/** A column without a single value has no type of its own: it takes the other window's. */
function alikeWhereEmpty(
  a: Column | undefined,
  b: Column | undefined,
  rows: DriftReport["rows"],
): [Column | undefined, Column | undefined] {
  if (a === undefined || b === undefined || kindOf(a) === kindOf(b)) return [a, b];
  if (isEmpty(a)) return [emptyLike(b, rows.reference), b];
  return isEmpty(b) ? [a, emptyLike(a, rows.current)] : [a, b];
}

function isEmpty(column: Column): boolean {
  if (column.type === "string") return column.codes.every((code) => code < 0);
  return column.missing?.every((bit) => bit === 1) === true;
}

function emptyLike(column: Column, rows: number): Column {
  if (kindOf(column) === "categorical") return { type: "string", levels: [], codes: new Int32Array(rows).fill(-1) };
  return { type: "number", values: new Float64Array(rows), missing: new Uint8Array(rows).fill(1) };
}

function incomparable(name: string, a: Column | undefined, b: Column | undefined): DriftColumn | null {
  const reason =
    a === undefined || b === undefined
      ? `the ${a === undefined ? "reference" : "current"} window has no such column`
      : kindOf(a) === kindOf(b)
        ? null
        : `the column was ${a.type} and is ${b.type}`;
  return reason === null
    ? null
    : { name, test: "columnType", value: null, threshold: 0, drifted: true, detail: { reason } };
}

function refuseEmpty(frame: Frame, which: string): void {
  if (frame.rows > 0) return;
  throw new MillraceError("VALIDATE_WINDOW_EMPTY", {
    message: `The ${which} window has no rows.`,
    next: `Widen the ${which} window until it holds rows.`,
    facts: { window: which },
  });
}
