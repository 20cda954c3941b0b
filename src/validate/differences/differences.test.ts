import fc from "fast-check";
import { expect, test } from "vitest";
import { computeStatistics, diffRows, diffSchemas, diffStatistics, schemaFromText } from "#validate";
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

const header = ["id", "x", "plan", "w"];
const before = goldenFrame(
  [...header, "old"],
  [
    ["1", "5", "a", "1", "p"],
    ["2", "", "a", "2", "p"],
    ["3", "7", "b", "4", "p"],
    ["", "9", "b", "8", "p"],
  ],
);
const after = goldenFrame(
  [...header, "new"],
  [
    ["2", "6", "a", "3", "q"],
    ["1", "5", "c", "1", "q"],
    ["4", "8", "c", "5", "q"],
    ["5", "9", "c", "7", "q"],
  ],
);

test("rows differ by key, weighed and slice by slice", () => {
  const { slices, ...whole } = diffRows(before, after, { key: ["id"], weight: "w", slices: [["plan"]] });
  expect(whole).toEqual({
    key: ["id"],
    added: 2,
    removed: 1,
    changed: 2,
    same: 0,
    weights: { added: 12, removed: 4, changed: 4, same: 0 },
    withoutKey: { before: 1, after: 0 },
    byColumn: [
      { name: "x", rows: 1, weight: 3, examples: [{ key: "2", before: null, after: 6 }] },
      { name: "w", rows: 1, weight: 3, examples: [{ key: "2", before: 2, after: 3 }] },
      { name: "plan", rows: 1, weight: 1, examples: [{ key: "1", before: "a", after: "c" }] },
    ],
    addedExamples: ["4", "5"],
    removedExamples: ["3"],
  });
  const counts = (name: string) => {
    const { added, removed, entered, left, changed, same } = slices!.find(({ slice }) => slice === name)!;
    return { added, removed, entered, left, changed, same };
  };
  expect(counts("plan_a")).toEqual({ added: 0, removed: 0, entered: 0, left: 1, changed: 1, same: 0 });
  expect(counts("plan_b")).toEqual({ added: 0, removed: 1, entered: 0, left: 0, changed: 0, same: 0 });
  expect(counts("plan_c")).toEqual({ added: 2, removed: 0, entered: 1, left: 0, changed: 0, same: 0 });
  expect(() => diffRows(goldenFrame(["id"], [["1"], ["1"]]), after, { key: ["id"] })).toThrow(/rows 1 and 2 share one/);
});

test("however rows are cut into slices, their changes add up", () => {
  fc.assert(
    fc.property(fc.array(row(), { maxLength: 30 }), fc.array(row(), { maxLength: 30 }), (a, b) => {
      const [first, second] = [keyed(a), keyed(b)];
      const { slices = [], ...whole } = diffRows(first, second, { key: ["id"], slices: [["plan"]] });
      const sum = (name: "added" | "removed" | "entered" | "left" | "changed" | "same") =>
        slices.reduce((total, slice) => total + slice[name], 0);
      expect(sum("added")).toBe(whole.added);
      expect(sum("removed")).toBe(whole.removed);
      // A row that changes its slice leaves one and enters another, and is changed.
      expect(sum("entered")).toBe(sum("left"));
      expect(sum("changed") + sum("entered")).toBe(whole.changed);
      expect(sum("same")).toBe(whole.same);
    }),
  );
});

const row = () => fc.tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2", ""));
/** Rows with keys of their own; a number that every column needs keeps its type. */
const keyed = (rows: (readonly [string, string])[]) =>
  goldenFrame(["id", "plan", "x"], [["0", "a", "1"], ...rows.map(([plan, x], i) => [String(i + 1), plan, x])]);

test("statistics say what changed in each column and slice", () => {
  const of = (frame: typeof before) => computeStatistics(frame, { slices: [["plan"]] });
  const { rows, columns, slices } = diffStatistics(of(before), of(after));
  expect(rows).toEqual({ before: 4, after: 4 });
  expect(columns).toMatchObject({ added: ["new"], removed: ["old"], retyped: [] });
  const plan = columns.changed.find(({ name }) => name === "plan");
  expect(plan).toEqual({
    name: "plan",
    figures: [],
    newValues: [{ value: "c", count: 3 }],
    goneValues: [{ value: "b", count: 2 }],
  });
  expect(columns.changed.find(({ name }) => name === "x")?.figures).toContainEqual({
    figure: "missingShare",
    before: 0.25,
    after: 0,
  });
  expect(slices?.map(({ slice, rows: count }) => [slice, count.before, count.after])).toEqual([
    ["plan_a", 2, 1],
    ["plan_b", 2, 0],
    ["plan_c", 0, 3],
  ]);
  expect(diffStatistics(of(before), of(before)).columns).toEqual({ added: [], removed: [], retyped: [], changed: [] });
});
