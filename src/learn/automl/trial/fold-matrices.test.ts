import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import { automlOptionsSchema } from "../model.ts";
import { judgeBy } from "../rows/judged-rows.ts";
import { labelledRows } from "../rows/training-rows.ts";
import { FoldMatrices } from "./fold-matrices.ts";

const rows = 1200;
const random = randomStream(3, "fold matrices");
const drawn = <T>(make: (i: number) => T) => Array.from({ length: rows }, (_, i) => make(i));
const number = (values: readonly number[]): Column => ({ type: "number", values: Float64Array.from(values) });
const text = (values: readonly string[]): Column => {
  const levels = [...new Set(values)];
  return { type: "string", codes: Int32Array.from(values, (value) => levels.indexOf(value)), levels };
};

const words = ["red", "blue", "old", "new", "broken", "fine", "large", "small"];
const a = drawn(() => random.uniform() * 9);
const b = drawn(() => random.uniform() * 4 + 0.1);
const y = a.map((value, i) => value / b[i]! + random.uniform() * 5);
const plane = drawn(() => `N${random.integer(400)}`);
const who = drawn(() => `u${random.integer(30)}`);
const colour = drawn(() => words[random.integer(4)]!);
const note = drawn(() => Array.from({ length: 12 }, () => words[random.integer(words.length)]!).join(" "));
const when = drawn((i) => 1.6e15 + i * 3.7e9);
const shop = drawn(() => random.integer(60));

const frame: Frame = {
  rows,
  columns: new Map<string, Column>([
    ["a", number(a)],
    ["b", number(b)],
    ["plane", text(plane)],
    ["who", text(who)],
    ["colour", text(colour)],
    ["note", text(note)],
    ["when", { type: "timestamp", values: Float64Array.from(when) }],
    ["shop", number(shop)],
    ["y", number(y)],
  ]),
};

const options = automlOptionsSchema.parse({
  target: "y",
  task: "regression",
  folds: 3,
  transform: {
    crosses: [["who", "colour"]],
    aggregates: [{ by: "who", of: "a", what: "mean" }],
    combinations: 3,
    tables: 3,
    mostFeatures: 40,
  },
});

/** The frame with other values and labels in some rows, out of range and with levels that are nowhere else. */
function spoilt(places: ReadonlySet<number>): Frame {
  const columns = new Map<string, Column>();
  for (const [name, column] of frame.columns) {
    if (column.type === "string") {
      const levels = [...column.levels, "nowhere else"];
      const codes = column.codes.map((code, i) => (places.has(i) ? levels.length - 1 : code));
      columns.set(name, { ...column, codes, levels });
    } else if (column.type !== "vector" && column.type !== "bool")
      columns.set(name, { ...column, values: column.values.map((value, i) => (places.has(i) ? 1e9 + i : value)) });
  }
  return { rows, columns };
}

test("features, folds and tables hang on the training rows alone: other rows that judge change nothing", () => {
  const planned = judgeBy(labelledRows(frame, options), undefined, options);
  const { test: judges } = planned.folds[1]!;
  const other = labelledRows(spoilt(new Set(judges)), options);
  const rest = { ...planned, all: other };
  const [one, two] = [new FoldMatrices(planned, options, []), new FoldMatrices(rest, options, [])];
  for (const kind of ["trees", "linear"] as const) {
    const [own, again] = [one.train(1, kind), two.train(1, kind)];
    expect(own.features.length).toBeGreaterThan(kind === "trees" ? 12 : 20);
    expect(again.features.map(({ name }) => name)).toEqual(own.features.map(({ name }) => name));
    expect(again).toEqual(own);
  }
  const { nodes, tensors } = one.plan(1);
  expect(two.plan(1).nodes).toEqual(nodes);
  expect([...two.plan(1).tensors]).toEqual([...tensors]);
  // The same rows do change what another fold learns, which has them among its training rows.
  expect(two.plan(0).nodes).not.toEqual(one.plan(0).nodes);
});
