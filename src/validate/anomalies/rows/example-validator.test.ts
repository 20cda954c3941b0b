import type { Column, Frame } from "@millrace/program";
import fc from "fast-check";
import { expect, test } from "vitest";
import { computeStatistics, exampleValidator, type Schema, schemaFromText, validateStatistics } from "#validate";
import { exampleSchema } from "./example-schema.ts";

const schema = schemaFromText(`
  default_environment: "TRAINING" default_environment: "SERVING"
  feature { name: "name" type: BYTES domain: "name" presence { min_fraction: 1 min_count: 1 } }
  feature { name: "age" type: INT int_domain { min: 17 max: 90 } presence { min_count: 5 } }
  feature { name: "score" type: FLOAT float_domain { min: 0 max: 1 disallow_nan: true disallow_inf: true } shape { dim { size: 1 } } }
  feature { name: "member" type: INT bool_domain {} }
  feature { name: "label" type: INT presence { min_fraction: 1 } not_in_environment: "SERVING" }
  feature { name: "word" type: BYTES string_domain { value: "a" } distribution_constraints { min_domain_mass: 0.9 } }
  feature { name: "digits" type: BYTES int_domain { max: 9 } unique_constraints { min: 2 } }
  string_domain { name: "name" value: "Alice" value: "Bob" value: "Carol" value: "Dave" }`);

test("a row that keeps to the schema, and one that does not, in the reference's words", () => {
  const check = exampleValidator(schema, { environment: "SERVING" });
  expect(check({ name: "Alice", age: 31, score: 0.5 })).toEqual([]);
  expect(check({ name: "Joel", age: 100, score: 0.5 }).map(({ feature, short }) => [feature, short])).toEqual([
    ["name", "Unexpected string values"],
    ["age", "Out-of-range values"],
  ]);
  expect(check({ age: 31, score: null, extra: 1 }).map(({ feature, type }) => [feature, type])).toEqual([
    ["name", "SCHEMA_MISSING_COLUMN"],
    ["score", "FEATURE_TYPE_NOT_PRESENT"],
    ["extra", "SCHEMA_NEW_COLUMN"],
  ]);
  expect(() => exampleValidator(schema, { environment: "TEST" })).toThrow(/no environment/);
});

const cell = fc.oneof(
  fc.constantFrom("Alice", "Joel", "a", "b", "7", "12", "x", ""),
  fc.integer({ min: -5, max: 120 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const names = [...schema.feature!.map(({ name }) => name!), "extra"];
const rows = fc.dictionary(fc.constantFrom(...names), cell, { maxKeys: names.length });

/** A frame of one row, typed as reading would type it. */
function frameOf(row: Record<string, unknown>, { feature }: Schema): Frame {
  const columns = Object.entries(row).map(([name, value]): [string, Column] => {
    if (value === null) return [name, { type: "string", levels: [], codes: Int32Array.of(-1) }];
    if (typeof value === "string") return [name, { type: "string", levels: [value], codes: Int32Array.of(0) }];
    if (typeof value === "boolean") return [name, { type: "bool", values: Uint8Array.of(value ? 1 : 0) }];
    const float = feature!.find((one) => one.name === name)?.type === "FLOAT";
    const type = Number.isInteger(value) && !float ? "integer" : "number";
    return [name, { type, values: Float64Array.of(value as number) }];
  });
  return { rows: 1, columns: new Map(columns) };
}

test("one row says what the statistics of that row say", () => {
  const check = exampleValidator(schema, { environment: "SERVING" });
  const held = exampleSchema(schema);
  const plain = (found: readonly { feature: string | null; type: string; short: string; long: string }[]) =>
    found.map(({ feature, type, short, long }) => ({ feature, type, short, long }));
  fc.assert(
    fc.property(rows, (row) => {
      const statistics = computeStatistics(frameOf(row, schema));
      expect(plain(check(row))).toEqual(plain(validateStatistics(statistics, held, { environment: "SERVING" })));
    }),
    { numRuns: 500 },
  );
});
