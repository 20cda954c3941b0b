import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import type { Guardrail } from "./model.ts";
import { screenFeatures } from "./screen-features.ts";

const rows = 1000;
const random = randomStream(4, "guardrails");
const uniform = Float64Array.from({ length: rows }, () => random.uniform());
const label = Uint8Array.from(uniform, (value) => (value + 0.8 * random.uniform() > 0.9 ? 1 : 0));
const number = (values: Float64Array): Column => ({ type: "number", values });
const y: Column = { type: "bool", values: label };

function frameOf(columns: Record<string, Column>, count = rows): Frame {
  return { rows: count, columns: new Map(Object.entries(columns)) };
}

const find = (guardrails: readonly Guardrail[], name: string, column?: string) =>
  guardrails.find((one) => one.name === name && (column === undefined || one.column === column));

test("a shortcut that holds in one half is warned of, a column that holds in both is not", () => {
  const drawn = Float64Array.from(uniform, () => random.uniform());
  const shortcut = Float64Array.from(drawn, (value, i) => (i < rows / 2 ? 0.8 * label[i]! + 0.4 * value : value));
  const { guardrails, blocked } = screenFeatures(frameOf({ honest: number(uniform), shortcut: number(shortcut), y }), {
    target: "y",
    task: "binary",
  });
  expect(find(guardrails, "shortcut")).toMatchObject({
    column: "shortcut",
    verdict: "warn",
    facts: { half: "earlier" },
  });
  expect(guardrails.filter(({ name }) => name === "shortcut")).toHaveLength(1);
  expect(blocked).toEqual([]);
  // By time the same rows lie the other way round.
  const at: Column = { type: "timestamp", values: Float64Array.from(uniform, (_, i) => (rows - i) * 1e9) };
  const timed = screenFeatures(frameOf({ shortcut: number(shortcut), at, y }), {
    target: "y",
    task: "binary",
    time: "at",
  });
  expect(find(timed.guardrails, "shortcut")!.facts.half).toBe("later");
});

test("columns that tell a sensitive one are named, others are not", () => {
  const sex = Int32Array.from(uniform, () => random.integer(2));
  const title = sex.map((code) => (random.integer(10) === 0 ? 1 - code : code));
  const { guardrails } = screenFeatures(
    frameOf({
      sex: { type: "string", codes: sex, levels: ["f", "m"] },
      title: { type: "string", codes: title, levels: ["Ms", "Mr"] },
      honest: number(uniform),
      y,
    }),
    { target: "y", task: "binary", sensitive: ["sex"] },
  );
  expect(guardrails.filter(({ name }) => name === "proxy").map(({ column }) => column)).toEqual(["title"]);
  expect(find(guardrails, "proxy")!.facts).toMatchObject({ sensitive: "sex" });
});

test("rows that differ in the label alone are counted", () => {
  const coarse = uniform.map((value) => Math.floor(40 * value));
  const { guardrails } = screenFeatures(frameOf({ coarse: number(coarse), y }), { target: "y", task: "binary" });
  let expected = 0;
  for (let k = 0; k < 40; k++) {
    const own = Array.from(label).filter((_, i) => coarse[i] === k);
    if (own.includes(0) && own.includes(1)) expected += own.length;
  }
  expect(find(guardrails, "labelNoise")).toMatchObject({ verdict: "warn", facts: { rows: expected } });
  const fine = screenFeatures(frameOf({ fine: number(uniform), y }), { target: "y", task: "binary" });
  expect(find(fine.guardrails, "labelNoise")!.verdict).toBe("pass");
});

test("held-out rows of a known group, or from before the end of training, are warned of", () => {
  const part = (from: number, to: number) => {
    const places = Array.from({ length: to - from }, (_, i) => from + i);
    return frameOf(
      {
        x: number(Float64Array.from(places, (i) => uniform[i]!)),
        customer: number(Float64Array.from(places, (i) => Math.floor(i / 7))),
        at: { type: "timestamp", values: Float64Array.from(places, (i) => i * 1e9) },
        y: { type: "bool", values: Uint8Array.from(places, (i) => label[i]!) },
      },
      to - from,
    );
  };
  const request = { target: "y", task: "binary", group: "customer", time: "at" } as const;
  const clean = screenFeatures(part(0, 700), { ...request, test: part(700, 1000) });
  for (const column of ["customer", "at"])
    expect(find(clean.guardrails, "contamination", column)!.verdict).toBe("pass");
  const mixed = screenFeatures(part(0, 705), { ...request, test: part(690, 1000) });
  expect(find(mixed.guardrails, "contamination", "customer")).toMatchObject({ verdict: "warn", facts: { shared: 17 } });
  expect(find(mixed.guardrails, "contamination", "at")).toMatchObject({ verdict: "warn", facts: { earlier: 14 } });
  expect(find(mixed.guardrails, "contamination")!.evidence).toMatch(/15 of 310/);
  expect(mixed.blocked).toEqual([]);
});

test("many columns that are 0 in the same rows are how such rows are measured, and a 0 is an amount", () => {
  const rows = 400;
  const label = Uint8Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? 1 : 0));
  const measured = (k: number): Column => ({
    type: "number",
    values: Float64Array.from({ length: rows }, (_, i) => (i % 15 === 0 ? 0 : 1 + ((i * (7 + 2 * k)) % 31))),
  });
  const columns = new Map<string, Column>([
    ...Array.from({ length: 6 }, (_, k) => [`x${k}`, measured(k)] as const),
    ["y", { type: "bool", values: label }],
  ]);
  const report = screenFeatures({ rows, columns }, { target: "y", task: "binary" });
  expect(report.blocked).toEqual([]);
  expect(report.guardrails.find(({ name }) => name === "leakagePresence")).toMatchObject({ verdict: "warn" });
});

test("classes of equal size are no imbalance, however few the rows are; a class of few rows is told of as that", () => {
  const of = (rows: number, isYes: (row: number) => boolean) => {
    const values = Float64Array.from({ length: rows }, (_, row) => (row * 37) % 101);
    const y = Uint8Array.from(values, (_, row) => (isYes(row) ? 1 : 0));
    const columns = new Map([
      ["x", { type: "number", values } as const],
      ["y", { type: "bool", values: y } as const],
    ]);
    const { guardrails } = screenFeatures({ rows, columns }, { target: "y", task: "binary" });
    return guardrails.filter(({ verdict }) => verdict === "warn").map(({ name, facts }) => [name, facts.class ?? null]);
  };
  const even = of(40, (row) => row % 2 === 0);
  expect(even).toContainEqual(["fewRows", "false"]);
  expect(even.map(([name]) => name)).not.toContain("imbalance");
  expect(of(2000, (row) => row % 100 === 0)).toContainEqual(["imbalance", "true"]);
});

test("classes that differ in spaces or case alone are named; others are not", () => {
  const levels = ["no", "No ", " yes", "yes", "maybe"];
  const codes = Int32Array.from(uniform, (value, i) => (value < 0.4 ? i % 2 : value < 0.9 ? 2 + (i % 2) : 4));
  const of = (names: string[]) =>
    screenFeatures(frameOf({ x: number(uniform), y: { type: "string", codes, levels: names } }), {
      target: "y",
      task: "multiclass",
    }).guardrails.filter(({ evidence }) => evidence.includes("spaces or case"));
  const [found] = of(levels);
  expect(found).toMatchObject({ name: "labelNoise", verdict: "warn", facts: { classes: 5, real: 3 } });
  expect(found!.evidence).toContain('"No ", "no"');
  expect(of(["a", "b", "c", "d", "e"])).toEqual([]);
});
