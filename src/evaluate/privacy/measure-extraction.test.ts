import type { Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { describeExtraction, measureExtraction, type ScoredModel } from "#evaluate";
import { randomStream } from "#kernel";

const random = randomStream(1, "extraction");
const frame = (rows: number): Frame => ({
  rows,
  columns: new Map([["x", { type: "number", values: Float64Array.from({ length: rows }, () => random.uniform()) }]]),
});
const xOf = ({ columns }: Frame) => {
  const x = columns.get("x");
  if (x?.type !== "number") throw new Error("x is a number");
  return x.values;
};
const model: ScoredModel = { inputs: ["x"], outputs: 1, mayMiss: new Set(), score: (rows) => xOf(rows).slice() };
const ask = frame(300);
const compareOn = frame(500);
/** Learns a threshold by the mean of the rows on either side; what it is taught is all that it knows. */
const learn = async (rows: Frame, values: Float64Array) => {
  const x = xOf(rows);
  const far = Array.from(x.keys()).filter((row) => values[row]! >= 0.5);
  const least = Math.min(2, ...far.map((row) => x[row]!));
  return (others: Frame) => xOf(others).map((value) => (value >= least ? 1 : 0));
};

test("a copy taught by the model agrees with it, and one taught by other answers does not", async () => {
  // The true values say the opposite of the model.
  const labels = Array.from(xOf(ask), (value) => (value >= 0.5 ? 0 : 1));
  const found = await measureExtraction({
    task: "binary",
    model,
    ask,
    labels,
    compareOn,
    learn,
    queries: [20, 300, 900],
  });
  expect(found.copies.map(({ queries }) => queries)).toEqual([20, 300]);
  const [few, many] = found.copies;
  expect(many!.agreement!).toBeGreaterThan(0.98);
  expect(many!.agreement!).toBeGreaterThanOrEqual(few!.agreement!);
  expect(many!.withoutModel!).toBeLessThan(0.6);
  expect(many!.advantage).toBe(many!.agreement! - many!.withoutModel!);
  const positive = xOf(compareOn).filter((value) => value >= 0.5).length / 500;
  expect(found.constant).toBe(Math.max(positive, 1 - positive));
  expect(describeExtraction(found)[1]).toMatch(/learned from 300 answers/);
});

test("without rows nothing is defined, and nothing is 0", async () => {
  const empty = frame(0);
  const found = await measureExtraction({
    task: "binary",
    model,
    ask,
    labels: new Float64Array(300),
    compareOn: empty,
    learn,
    queries: [20],
  });
  expect([found.constant, found.copies[0]!.agreement, found.copies[0]!.advantage]).toEqual([null, null, null]);
});
