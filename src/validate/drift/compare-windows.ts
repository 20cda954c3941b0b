import type { Column, Frame } from "@millrace/program";
import { z } from "zod";
import { knownNames, MillraceError, parseOptions, randomStream } from "#kernel";
import { adjustForMany } from "../significance/false-discovery.ts";
import { chi2, js, linf, psi } from "./binned-tests.ts";
import { kindOf } from "./column-values.ts";
import { evidentlyColumns, evidentlyMethods } from "./evidently.ts";
import type { DriftColumn, DriftMeasurement, DriftReport, DriftTest } from "./model.ts";
import { ks, wasserstein } from "./sample-tests.ts";
import { missingShare, newLevels, outsideBand } from "./share-tests.ts";

/** The drift tests by name. */
export const driftTests: Readonly<Record<string, DriftTest>> = Object.fromEntries(
  [psi, missingShare, newLevels, outsideBand, ks, js, linf, wasserstein, chi2].map((test) => [test.name, test]),
);

const standardTests = ["psi", "missingShare", "newLevels", "outsideBand"];

/** How far apart two windows must be before it matters, beyond what chance explains. */
export const practicalThresholds: Readonly<Record<string, number>> = {
  psi: 0.1,
  js: 0.02,
  linf: 0.1,
  chi2: 0.1,
  ks: 0.1,
  wasserstein: 0.1,
  missingShare: 0.02,
  newLevels: 0.02,
  outsideBand: 0.05,
};

export const driftOptionsSchema = z.object({
  columns: z.array(z.string()).optional().describe("Only these columns."),
  exclude: z.array(z.string()).default([]).describe("Not these columns (ids, the time column)."),
  tests: z
    .array(z.string())
    .default(["auto"])
    .describe("Tests by name; `auto` is psi, missingShare, newLevels and outsideBand."),
  bins: z.int().min(2).max(1000).default(10).describe("Quantile bins of a numeric column."),
  bandWidth: z
    .number()
    .positive()
    .default(2)
    .describe("Half width of the band, in standard deviations of the reference."),
  alpha: z.number().gt(0).lt(1).default(0.01).describe("Share of false discoveries to accept."),
  thresholds: z.record(z.string(), z.number().min(0)).default({}).describe("Practical threshold by test."),
  driftShare: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("The data drifted when at least this share of columns did (and one)."),
  shuffles: z.int().min(20).max(10_000).default(200).describe("Shuffles where the chance distribution has no formula."),
  seed: z.int().default(0).describe("Seed of the shuffles."),
  compat: z.literal("evidently").optional().describe("Bins, values and thresholds of Evidently 0.7."),
});
export type DriftOptions = z.input<typeof driftOptionsSchema>;

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
 * Missing: a bin of its own. Random: shuffles keyed by seed, column and test.
 * Errors: VALIDATE_WINDOW_EMPTY · VALIDATE_DRIFT_TEST_UNKNOWN · VALIDATE_COLUMN_UNKNOWN: a column named in no window.
 */
export function compareWindows(reference: Frame, current: Frame, options: DriftOptions = {}): DriftReport {
  const resolved = parseOptions(driftOptionsSchema, options, "drift");
  refuseEmpty(reference, "reference");
  refuseEmpty(current, "current");
  const names = chooseColumns(reference, current, resolved.columns, resolved.exclude);
  const rows = { reference: reference.rows, current: current.rows };
  const found: DriftColumn[] = [];
  const measured: { name: string; test: string; measurement: DriftMeasurement }[] = [];
  for (const name of names) {
    const a = reference.columns.get(name);
    const b = current.columns.get(name);
    const broken = incomparable(name, a, b);
    if (broken !== null) {
      found.push(broken);
      continue;
    }
    const kind = kindOf(a!);
    if (kind === null) continue;
    if (resolved.compat === "evidently") {
      found.push(...evidentlyColumns(name, a!, b!, rows, resolved.tests, resolved.thresholds));
      continue;
    }
    for (const test of chooseTests(resolved.tests)) {
      if (!test.traits.types.includes(kind)) continue;
      const random = randomStream(resolved.seed, `drift/${name}/${test.name}`);
      const few = Math.min(rows.reference, rows.current) < test.traits.minRows;
      const measurement = few
        ? {
            value: null,
            expected: 0,
            spread: 0,
            pValue: null,
            detail: { reason: `fewer than ${test.traits.minRows} rows in a window` },
          }
        : test.compare(a!, b!, {
            rows,
            bins: resolved.bins,
            bandWidth: resolved.bandWidth,
            shuffles: resolved.shuffles,
            random,
          });
      measured.push({ name, test: test.name, measurement });
    }
  }
  found.push(...judge(measured, resolved));
  const columns = found.toSorted((x, y) => names.indexOf(x.name) - names.indexOf(y.name));
  const drifted = new Set(columns.filter((column) => column.drifted).map(({ name }) => name)).size;
  const share = names.length === 0 ? 0 : drifted / names.length;
  return { columns, share, drifted: drifted > 0 && share >= resolved.driftShare, rows };
}

function judge(
  measured: readonly { name: string; test: string; measurement: DriftMeasurement }[],
  { alpha, thresholds }: z.output<typeof driftOptionsSchema>,
): DriftColumn[] {
  const tested = measured.filter(({ measurement }) => measurement.pValue !== null);
  const adjusted = adjustForMany(tested.map(({ measurement }) => measurement.pValue!));
  return measured.map(({ name, test, measurement }) => {
    const { value, expected, spread, pValue, detail } = measurement;
    const practical = thresholds[test] ?? practicalThresholds[test] ?? 0.1;
    const threshold = expected + practical;
    const position = tested.findIndex((entry) => entry.name === name && entry.test === test);
    const adjustedPValue = position < 0 ? null : adjusted[position]!;
    const drifted = value !== null && adjustedPValue !== null && value >= threshold && adjustedPValue < alpha;
    return {
      name,
      test,
      value,
      threshold,
      drifted,
      detail: { expected, spread, pValue, adjustedPValue, practical, ...detail },
    };
  });
}

function chooseTests(names: readonly string[]): DriftTest[] {
  return names.flatMap((name) => (name === "auto" ? standardTests : [name])).map(driftTestNamed);
}

function driftTestNamed(name: string): DriftTest {
  const test = driftTests[name];
  if (test !== undefined) return test;
  const known = [...new Set(["auto", ...Object.keys(driftTests), ...evidentlyMethods])];
  throw new MillraceError("VALIDATE_DRIFT_TEST_UNKNOWN", {
    message: `There is no drift test "${name}" (${knownNames(name, known)}).`,
    next: "Name a drift test that exists, or `auto`.",
    facts: { test: name, known },
  });
}

function chooseColumns(
  reference: Frame,
  current: Frame,
  wanted: readonly string[] | undefined,
  exclude: readonly string[],
): string[] {
  const known = [...new Set([...reference.columns.keys(), ...current.columns.keys()])];
  for (const name of wanted ?? [])
    if (!known.includes(name))
      throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
        message: `Neither window has a column "${name}" (${knownNames(name, known)}).`,
        next: "Name columns that the data have.",
        facts: { column: name },
      });
  return (wanted ?? known).filter((name) => !exclude.includes(name));
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
