import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { plainContext } from "#kernel";
import { featureMatrix, fitTransform } from "#transform";

const numbers = (values: readonly (number | null)[], type: "number" | "timestamp" = "number"): Column => ({
  type,
  values: Float64Array.from(values, (value) => value ?? 0),
  missing: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
});

const frameOf = (columns: Readonly<Record<string, Column>>, rows: number): Frame => ({
  rows,
  columns: new Map(Object.entries(columns)),
});

test("tells how far apart times are, in days, as the program does", () => {
  const day = 86_400_000_000;
  const rows = 90;
  const opened = Array.from({ length: rows }, (_, i) => 631152000000000 + i * 7 * day);
  const took = Array.from({ length: rows }, (_, i) => (i % 9 === 4 ? null : (i % 5) + 0.25));
  const times = (values: readonly (number | null)[]) => numbers(values, "timestamp");
  const frame = frameOf(
    {
      opened: times(opened),
      closed: times(opened.map((at, i) => (took[i] === null ? null : at + took[i]! * day))),
      due: times(opened.map((at) => at + 30 * day)),
      y: numbers(took.map((days) => Number((days ?? 0) > 2))),
    },
    rows,
  );
  const plan = fitTransform(frame, { task: "binary", target: "y" }, {}, plainContext({ seed: 3 }));
  const names = plan.features.filter((one) => one.for.includes("trees")).map(({ name }) => name);
  expect(names.filter((name) => name.includes(" - "))).toEqual(["closed - opened", "due - closed"]);
  const own = featureMatrix(plan, frame, { for: "trees" }).find(({ name }) => name === "closed - opened")!;
  expect(Array.from(own.values, (value, i) => (own.missing![i] === 1 ? null : value))).toEqual(took);
  const linear = plan.features.filter((one) => one.for.includes("linear")).map(({ name }) => name);
  expect(linear).toEqual(expect.arrayContaining(["closed - opened:scaled", "closed - opened:missing"]));
});
