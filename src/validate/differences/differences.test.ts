import { expect, test } from "vitest";
import { diffDatasets, diffSchemas, schemaFromText } from "#validate";
import { goldenFrame } from "../goldens/golden-csv.ts";

test("schemas differ in words", () => {
  const before = schemaFromText(
    'feature { name: "age" type: INT int_domain { min: 0 max: 99 } } feature { name: "gone" type: BYTES } string_domain { name: "d" value: "a" value: "b" } default_environment: "T"',
  );
  const after = schemaFromText(
    'feature { name: "new" type: FLOAT presence { min_count: 1 } } feature { name: "age" type: FLOAT int_domain { min: 0 max: 120 } lifecycle_stage: ALPHA } string_domain { name: "d" value: "a" value: "c" } default_environment: "T" default_environment: "S"',
  );
  expect(diffSchemas(before, after).map(({ where, kind, words }) => `${kind} ${where}: ${words}`)).toEqual([
    "added feature new: type: FLOAT, presence: { min_count: 1 }",
    "changed feature age: type: INT → FLOAT",
    "changed feature age: int_domain.max: 99 → 120",
    "changed feature age: lifecycle_stage: added ALPHA",
    "removed feature gone: type: BYTES",
    'changed domain d: value: 1 value added: "c"',
    'changed domain d: value: 1 value removed: "b"',
    "changed schema: default_environment: 1 value added: S",
  ]);
  expect(diffSchemas(before, before)).toEqual([]);
  expect(diffSchemas(schemaFromText('# old\nfeature { name: "a" }'), schemaFromText('feature { name: "a" }'))).toEqual(
    [],
  );
});

test("data sets differ in columns, types and, by key, rows", () => {
  const before = goldenFrame(
    ["id", "x", "old"],
    [
      ["1", "5", "a"],
      ["2", "", "b"],
      ["3", "7", "c"],
    ],
  );
  const after = goldenFrame(
    ["id", "x", "new"],
    [
      ["2", "6", "q"],
      ["1", "5", "q"],
      ["4", "1.5", "q"],
    ],
  );
  expect(diffDatasets(before, after, ["id"])).toEqual({
    rows: { before: 3, after: 3 },
    columns: { added: ["new"], removed: ["old"], retyped: [{ name: "x", before: "integer", after: "number" }] },
    keyed: {
      key: ["id"],
      added: 1,
      removed: 1,
      changed: 1,
      same: 1,
      byColumn: [{ name: "x", rows: 1, examples: [{ key: "2", before: null, after: 6 }] }],
      addedExamples: ["4"],
      removedExamples: ["3"],
    },
  });
  expect(() => diffDatasets(goldenFrame(["id"], [["1"], ["1"]]), after, ["id"])).toThrow(/rows 1 and 2 share one/);
});
