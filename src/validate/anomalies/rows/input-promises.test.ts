import { load, type Program, type ProgramInput } from "@millrace/program";
import fc from "fast-check";
import { expect, test } from "vitest";
import { exampleValidator, promisedInputs, schemaFromText } from "#validate";

const schema = schemaFromText(`
  feature { name: "word" type: BYTES string_domain { value: "a" value: "b" } presence { min_fraction: 1 } }
  feature { name: "flag" type: BYTES bool_domain { true_value: "yes" false_value: "no" } }
  feature { name: "age" type: INT int_domain { min: 17 max: 90 } presence { min_count: 1 } }
  feature { name: "bit" type: INT bool_domain {} presence { min_fraction: 1 } }
  feature { name: "share" type: FLOAT float_domain { min: 0.1 max: 0.7 } }
  feature { name: "free" type: FLOAT }
  feature { name: "loose" type: BYTES string_domain { value: "a" } distribution_constraints { min_domain_mass: 0.5 } }`);

const inputs: ProgramInput[] = [
  ...["word", "flag", "loose"].map((name): ProgramInput => ({ name, type: "string", missingAllowed: true })),
  ...["age", "bit"].map((name): ProgramInput => ({ name, type: "integer", missingAllowed: true })),
  ...["share", "free"].map((name): ProgramInput => ({ name, type: "number", missingAllowed: true })),
];

const program: Program = {
  format: 1,
  inputs: promisedInputs(inputs, schema),
  nodes: [],
  outputs: { task: "regression", score: inputs.findIndex(({ name }) => name === "free") },
};

const text = fc.constantFrom("a", "b", "yes", "no", "Joel", null);
const whole = fc.oneof(fc.integer({ min: -2, max: 100 }), fc.constantFrom(null, 17, 90, 0, 1));
const edges = [0.1, 0.7].flatMap((bound) => [bound, Math.fround(bound), bound + 1e-9, bound - 1e-9, bound + 1e-8]);
const real = fc.oneof(fc.double({ noNaN: true, min: -1, max: 2 }), fc.constantFrom(null, ...edges));

test("check finds without the platform what validation finds in a row", () => {
  const { check } = load({ program, tensors: new Map() });
  const validate = exampleValidator(schema);
  const row = fc.record({ word: text, flag: text, loose: text, age: whole, bit: whole, share: real, free: real });
  fc.assert(
    fc.property(row, (values) => {
      const names = (found: readonly string[]) => [...new Set(found)].sort();
      expect(names(check(values).map(({ column }) => column))).toEqual(
        names(validate(values).map(({ feature }) => feature)),
      );
    }),
    { numRuns: 1000 },
  );
});

test("a row says which promise it breaks, and is scored all the same", () => {
  const { check, score } = load({ program, tensors: new Map() });
  const row = { word: "Joel", flag: "yes", loose: "z", age: 100, bit: 1, share: 0.7, free: 2 };
  expect(check(row).map(({ column, kind, severity }) => [column, kind, severity])).toEqual([
    ["word", "unseenLevel", "warning"],
    ["age", "outOfRange", "warning"],
  ]);
  expect(score(row).score).toBe(2);
  expect(check({ ...row, word: null })[0]).toMatchObject({ column: "word", kind: "missing" });
});
