import type { Column, Frame } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { anomaliesToProto, computeStatistics, inferSchema, schemaFromText, validateStatistics, weigh } from "#validate";
import { goldenFrame } from "../goldens/golden-csv.ts";
import { roughPercent, sixDigits } from "./checks/number-text.ts";

const check = (cells: string[], schema: string, options = {}) => {
  const frame = goldenFrame(
    ["x"],
    cells.map((cell) => [cell]),
  );
  return validateStatistics(computeStatistics(frame), schemaFromText(schema), { frame, ...options });
};

test("a schema inferred of weighed rows does not see those of weight 0", () => {
  const values = { type: "integer", values: Float64Array.of(1, 0, 3), missing: Uint8Array.of(0, 1, 0) } as const;
  const frame: Frame = {
    rows: 3,
    columns: new Map<string, Column>([
      ["x", values],
      ["w", { type: "integer", values: Float64Array.of(1, 0, 2) } as const],
    ]),
  };
  const presence = (statistics: ReturnType<typeof computeStatistics>) =>
    inferSchema(statistics).feature?.find(({ name }) => name === "x")?.presence;
  const weighed = computeStatistics(frame, { weight: "w" });
  expect([presence(weighed), presence(weigh(weighed))]).toEqual([{ minCount: 1 }, { minFraction: 1, minCount: 1 }]);
});

test("numbers print as C prints them", () => {
  expect([0.1, 100, 1234567, 0.00001234, -0.5, 1e21, Infinity].map(sixDigits)).toEqual([
    "0.1",
    "100",
    "1.23457e+06",
    "1.234e-05",
    "-0.5",
    "1e+21",
    "inf",
  ]);
  expect([roughPercent(1, 1000), roughPercent(1, 100), roughPercent(1, 3), roughPercent(1, 0)]).toEqual([
    "<1%",
    "~1%",
    "~33%",
    "?",
  ]);
});

describe("environments", () => {
  const schema =
    'default_environment: "TRAINING" default_environment: "SERVING" feature { name: "y" type: INT presence { min_count: 1 } not_in_environment: "SERVING" }';

  test("a label may be missing where it does not belong", () => {
    const types = (environment?: string) =>
      check(["1"], schema, { environment }).map(({ type, feature }) => `${feature} ${type}`);
    expect(types("TRAINING")).toEqual(["y SCHEMA_MISSING_COLUMN", "x SCHEMA_NEW_COLUMN"]);
    expect(types("SERVING")).toEqual(["x SCHEMA_NEW_COLUMN"]);
  });

  test("an unknown environment is refused", () => {
    expect(() => check(["1"], schema, { environment: "SERVIN" })).toThrow(/SERVING/);
  });
});

test("the data set's size, with no minimum needed for a maximum", () => {
  const schema = 'feature { name: "x" type: INT } dataset_constraints { max_examples_count: 1 }';
  expect(check(["1", "2"], schema).map(({ type }) => type)).toEqual(["DATASET_HIGH_NUM_EXAMPLES"]);
  expect(check(["1", "2"], schema, { compat: "tfdv" })).toEqual([]);
  expect(check([], schema).map(({ type }) => type)).toEqual(["DATA_MISSING"]);
});

test("missing cells are named by row, one missing among very many by count", () => {
  const found = check(["1", "", "3"], 'feature { name: "x" type: INT presence { min_fraction: 1 } }');
  expect(found[0]).toMatchObject({
    type: "FEATURE_TYPE_LOW_FRACTION_PRESENT",
    offendingRows: 1,
    examples: [{ row: 2, value: null }],
  });
  const column = { name: "x", type: "STRING", present: 99_999_999, missing: 1, minValues: 1, maxValues: 1 } as const;
  const schema = schemaFromText('feature { name: "x" type: BYTES presence { min_fraction: 1 } }');
  expect(validateStatistics({ rows: 100_000_000, columns: [column] }, schema)[0]!.long).toBe(
    "The feature was expected everywhere, but was missing in 1 examples.",
  );
});

test("severity by type, quirks mended, and names quoted in the reference's message", () => {
  const schema = 'feature { name: "x" type: BYTES domain: "sizes" unique_constraints { min: 1 } }';
  const found = check(["a"], schema, { severities: { INVALID_DOMAIN_SPECIFICATION: "WARNING" } });
  expect(found.map(({ severity, short }) => [severity, short])).toEqual([["WARNING", "missing domain: sizes"]]);
  const info = anomaliesToProto([
    { feature: "Body Mass (g)", type: "SCHEMA_NEW_COLUMN", severity: "ERROR", short: "s", long: "l" },
  ]).anomaly_info;
  expect(Object.keys(info as object)).toEqual(["'Body Mass (g)'"]);
});
