import type { Column, Frame } from "@millrace/program";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SnapshotColumn } from "#dataset";
import { proposeProblem, rankTargets } from "./propose-problem.ts";
import { writeConfig } from "./write-config.ts";

const repeat = <T>(values: readonly T[], rows: number) =>
  Array.from({ length: rows }, (_, i) => values[i % values.length]!);
const text = (values: readonly (string | null)[]): Column => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return {
    type: "string",
    levels,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value))),
  };
};
const numbers = (values: readonly number[], type: "number" | "integer" | "timestamp" = "number"): Column => ({
  type,
  values: Float64Array.from(values),
});
const frameOf = (columns: Readonly<Record<string, Column>>, rows = 60): Frame => ({
  rows,
  columns: new Map(Object.entries(columns)),
});
const propose = (frame: Frame, target?: string) =>
  proposeProblem(
    frame,
    [...frame.columns].map(([name, { type }]) => ({ name, type }) as SnapshotColumn),
    target,
  );
const ages = numbers(Array.from({ length: 60 }, (_, i) => 20.5 + i));

describe("the target", () => {
  test.each([
    [["age", "Survived", "fare"], "Survived", true],
    [["Churn", "age"], "Churn", true],
    [["price", "x", "y", "z"], "price", true],
    [["x", "y"], "y", true],
    [["city", "height"], "height", false],
  ])("of %j is %s", (names, best, sure) => {
    const ranked = rankTargets(frameOf(Object.fromEntries(names.map((name) => [name, ages]))));
    expect([ranked.names[0], ranked.sure]).toEqual([best, sure]);
  });

  test("that is not there is named with the nearest", () => {
    expect(() => propose(frameOf({ age: ages, churned: ages }), "chruned")).toThrow(/did you mean churned/);
  });

  test.each([
    ["missing in every row", text(repeat([null], 60)), /missing in all 60 rows/],
    ["constant", text(repeat(["no"], 60)), /the same value in all 60 rows/],
    ["free text", text(Array.from({ length: 60 }, (_, i) => `row ${i}`)), /text with 60 values; at most 50/],
    [
      "a date",
      numbers(
        Array.from({ length: 60 }, (_, i) => i * 8.64e10),
        "timestamp",
      ),
      /is a date/,
    ],
  ])("that is %s is refused", (_, column, says) => {
    expect(() => propose(frameOf({ age: ages, label: column }), "label")).toThrow(says);
  });
});

describe("the task", () => {
  test.each([
    ["two words", text(repeat(["Yes", "No", "No"], 60)), "binary", "Yes", "rocAucScore"],
    ["good and bad", text(repeat(["good", "good", "bad"], 60)), "binary", "bad", "rocAucScore"],
    ["a word beside one that says no", text(repeat(["ham", "offer", "offer"], 60)), "binary", "offer", "rocAucScore"],
    ["0 and 1", numbers(repeat([1, 1, 0], 60), "integer"), "binary", 1, "rocAucScore"],
    ["a rare class", text([...repeat(["left"], 2), ...repeat(["right"], 58)]), "binary", "left", "prAucScore"],
    ["three words", text(repeat(["a", "b", "c"], 60)), "multiclass", undefined, "logLoss"],
    ["few whole numbers", numbers(repeat([1, 2, 3], 60), "integer"), "multiclass", undefined, "logLoss"],
    ["numbers", ages, "regression", undefined, "rmseError"],
  ])("of %s", (_, column, task, positive, metric) => {
    const proposal = propose(frameOf({ size: ages, label: column }), "label");
    expect([proposal.task.value, proposal.positive?.value, proposal.metric.value]).toEqual([task, positive, metric]);
  });
});

test("a date in every row makes the split one by time; ids are left out", () => {
  const days = numbers(
    Array.from({ length: 60 }, (_, i) => i * 8.64e10),
    "timestamp",
  );
  const counting = numbers(
    Array.from({ length: 60 }, (_, i) => i + 1),
    "integer",
  );
  const proposal = propose(frameOf({ row: counting, started: days, size: ages, label: text(repeat(["a", "b"], 60)) }));
  expect([proposal.time?.value, proposal.split.value, proposal.ids.map((id) => id.value)]).toEqual([
    "started",
    "time",
    ["row"],
  ]);
});

describe("the config", () => {
  const facts = { name: "f", dataset: "rows", path: "a.csv", rows: 60, columns: 2, nullValues: [], suspicious: [] };

  test("says each choice with its reason, and what looks like a leak", () => {
    const proposal = propose(frameOf({ size: ages, label: text(repeat(["yes", "no"], 60)) }));
    const suspicious = [
      { column: "alive", guardrail: "leakageMapping", blocked: true, evidence: "It alone gives the target." },
      { column: "fare", guardrail: "leakagePower", blocked: false, evidence: "Make sure that it is known." },
    ];
    expect(writeConfig(proposal, { ...facts, nullValues: ["NA"], suspicious })).toMatchInlineSnapshot(`
      "import { defineFactory } from "millrace";

      // Proposed from a.csv (60 rows, 2 columns). Correct what is wrong, then: millrace run
      export default defineFactory({
        name: "f",
        task: "binary", // the target has two values: no, yes
        target: "label", // its name is one that targets often have; name another with --target
        positive: "yes", // 50.0 % of the rows
        metric: "rocAucScore", // it judges the ranking, whatever threshold is chosen later
        data: { rows: { source: { kind: "file", path: "a.csv", nullValues: ["NA"] } } }, // these texts stand among numbers, so they mean missing
        split: { strategy: "stratified" }, // the rows have no time; each split gets its share of every class
        // Known only after the answer? These columns tell it, so nothing is learned from them. To learn from one all the
        // same, take it out and write why: learn: { waive: ["leakageMapping:alive"] }
        knownAfter: [
          "alive", // It alone gives the target.
        ],
        // Worth a look; put what is known only after the answer into knownAfter:
        //   fare: Make sure that it is known.
      });
      "
    `);
  });

  test("says how the file is read", () => {
    const proposal = propose(frameOf({ size: ages, label: text(repeat(["yes", "no"], 60)) }));
    expect(writeConfig(proposal, { ...facts, reading: { delimiter: "\t", decimal: ",", header: false } })).toContain(
      'source: { kind: "file", path: "a.csv", delimiter: "\\t", decimal: ",", header: false } }',
    );
  });

  test("keeps hostile names and values inside literals and comments", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), fc.string({ unit: "binary" }), (column, value) => {
        const target = { value: column, reason: `${value}\nprocess.exit(1)` };
        const proposal = { ...propose(frameOf({ size: ages, label: text(repeat(["yes", "no"], 60)) })), target };
        const suspicious = [true, false].map((blocked) => ({
          column,
          guardrail: "leakagePower",
          blocked,
          evidence: value,
        }));
        const written = writeConfig(proposal, { ...facts, path: value, nullValues: [value], suspicious });
        const body = written
          .replace('import { defineFactory } from "millrace";', "")
          .replace("export default ", "return ");
        const config = new Function("defineFactory", body)((config: unknown) => config) as {
          target: string;
          knownAfter: string[];
        };
        expect([config.target, config.knownAfter]).toEqual([column, [column]]);
      }),
    );
  });
});
