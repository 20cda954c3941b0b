import { type Column, type Frame, load, type Program, type Tensors } from "@millrace/program";
import { encodeProgram } from "@millrace/program/write";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainContext, randomStream } from "#kernel";
import { cleanFrame, cleanProgram, fitTransform, resolveCleaning } from "#transform";

const recipe = {
  city: { merge: { Hambrug: "Hamburg", " Bern": "Bern", Elsewhere: "Oslo" }, nullValues: ["unknown", "?"] },
  // More levels than get a code each: frequencies and target tables.
  street: { merge: { s1: "s2", s3: "s2", S4: "s4" }, nullValues: ["s5"] },
  age: { nullValues: [-999, 0], clip: [18, 90] as [number, number] },
  income: { clip: [null, 5] as [null, number] },
};

/** Rows with every raw spelling of the recipe in them, and missing cells. */
function raw(seed: number, rows: number): Frame {
  const random = randomStream(seed, "cleaning");
  const pick = (levels: readonly string[]): Column => ({
    type: "string",
    levels,
    codes: Int32Array.from({ length: rows }, () => random.integer(levels.length + 1) - 1),
  });
  const missing = () => Uint8Array.from({ length: rows }, () => (random.integer(9) === 0 ? 1 : 0));
  const ages = [-999, 0, 5, 18, 30, 44, 61, 90, 91, 200];
  const streets = Array.from({ length: 400 }, (_, i) => `s${i}`);
  return {
    rows,
    columns: new Map<string, Column>([
      ["city", pick(["Hamburg", "Hambrug", "Bern", " Bern", "Oslo", "unknown", "?", "Elsewhere", "Rome"])],
      ["street", pick([...streets, "S4", "new"])],
      [
        "age",
        {
          type: "integer",
          values: Float64Array.from({ length: rows }, () => ages[random.integer(ages.length)]!),
          missing: missing(),
        },
      ],
      [
        "income",
        {
          type: "number",
          values: Float64Array.from({ length: rows }, () => 10 * random.uniform()),
          missing: missing(),
        },
      ],
      ["y", { type: "integer", values: Float64Array.from({ length: rows }, () => random.integer(2)) }],
    ]),
  };
}

function plan(frame: Frame) {
  return fitTransform(
    frame,
    { task: "binary", target: "y", targetValues: (frame.columns.get("y") as { values: Float64Array }).values },
    {},
    plainContext({ seed: 1 }),
  );
}

function loaded(program: Program, tensors: Tensors) {
  const { json, tensors: bytes } = encodeProgram(program, tensors);
  return load({ json, bytes });
}

describe("a program made over cleaned rows, given the recipe", () => {
  it("has of raw rows every feature that it had of cleaned ones, to the bit", () => {
    const { inputs, nodes, tensors, features } = plan(cleanFrame(raw(1, 4000), recipe));
    const ops = new Set(nodes.map(({ op }) => op));
    expect([...ops]).toEqual(expect.arrayContaining(["ordinal", "oneHot", "lookup"]));
    const programs = features.map(({ name, ref }) => {
      const node = { op: "toNumber", version: 1, inputs: [ref], attributes: {} } as const;
      const score = inputs.length + nodes.length;
      const made = { format: 1, inputs, nodes: [...nodes, node], outputs: { task: "regression", score } } as const;
      const cleaned = cleanProgram(made, tensors, recipe);
      return {
        name,
        made: loaded(made, tensors),
        cleaned: loaded(cleaned.program, cleaned.tensors),
      };
    });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1e6 }), (seed) => {
        const rows = raw(seed, 60);
        const clean = cleanFrame(rows, recipe);
        for (const { name, made, cleaned } of programs)
          expect([name, cleaned.scoreFrame(rows).score]).toEqual([name, made.scoreFrame(clean).score]);
      }),
      { numRuns: 15 },
    );
  });

  it.each([
    [
      "city",
      [
        ["Hambrug", "Hamburg"],
        [" Bern", "Bern"],
        ["unknown", null],
        ["Rome", "Rome"],
        ["Paris", "Paris"],
      ],
    ],
    [
      "age",
      [
        [-999, null],
        [0, null],
        [5, 18],
        [44, 44],
        [91, 90],
        [200, 90],
      ],
    ],
    [
      "income",
      [
        [-5, -5],
        [3, 3],
        [9, 5],
      ],
    ],
  ] as const)("finds unusual of raw values of %s what it found unusual of clean ones", (column, values) => {
    const { inputs, nodes, tensors, features } = plan(cleanFrame(raw(1, 4000), recipe));
    const { ref } = features.find(({ name }) => name.startsWith(column))!;
    const node = { op: "toNumber", version: 1, inputs: [ref], attributes: {} } as const;
    const score = inputs.length + nodes.length;
    const made = { format: 1, inputs, nodes: [...nodes, node], outputs: { task: "regression", score } } as const;
    const cleaned = cleanProgram(made, tensors, recipe);
    const [before, after] = [loaded(made, tensors), loaded(cleaned.program, cleaned.tensors)];
    const kinds = (scorer: typeof before, value: string | number | null) =>
      scorer.check({ [column]: value }).flatMap((one) => (one.column === column ? [one.kind] : []));
    for (const [value, clean] of values) expect([value, kinds(after, value)]).toEqual([value, kinds(before, clean)]);
    expect(values.some(([value]) => kinds(after, value).length > 0)).toBe(column !== "age");
  });

  it("cleans twice as it cleans once", () => {
    const once = cleanFrame(raw(3, 200), recipe);
    expect(cleanFrame(once, recipe)).toEqual(once);
  });
});

describe("a recipe that trims and writes small", () => {
  const texts = (levels: string[]): Frame => ({
    rows: levels.length,
    columns: new Map<string, Column>([["city", { type: "string", levels, codes: Int32Array.from(levels.keys()) }]]),
  });
  const shown = (frame: Frame) => {
    const { levels, codes } = frame.columns.get("city") as Extract<Column, { type: "string" }>;
    return [...codes].map((code) => levels[code] ?? null);
  };
  const given = { city: { trim: true, lowerCase: true, merge: { Hambrug: "Hamburg" }, nullValues: ["N/A"] } };

  it("writes every spelling out, merges and nulls as well", () => {
    const rows = texts(["Hamburg", " hamburg", "HAMBRUG ", "n/a ", "  ", "ÅRHUS", "ΣΑΣ", "bern"]);
    expect(shown(cleanFrame(rows, given))).toEqual([
      "hamburg",
      "hamburg",
      "hamburg",
      null,
      null,
      "århus",
      "σασ",
      "bern",
    ]);
    expect(resolveCleaning({ city: { trim: true } }, texts([" a", "b"]))).toEqual({
      city: { merge: { " a": "a" }, nullValues: [] },
    });
  });

  it("leaves a spelling that was not learned from as it is, in the frame as in the program", () => {
    const learned = resolveCleaning(given, texts(["Hamburg", " hamburg"]));
    expect(shown(cleanFrame(texts([" hamburg", "HAMBURG"]), learned))).toEqual(["hamburg", "HAMBURG"]);
    const made = {
      format: 1,
      inputs: [{ name: "city", type: "string", missingAllowed: true }],
      nodes: [
        { op: "ordinal", version: 1, inputs: [0], attributes: { levels: ["hamburg"], unseen: -1, missing: null } },
        { op: "toNumber", version: 1, inputs: [1], attributes: {} },
      ],
      outputs: { task: "regression", score: 2 },
    } as const;
    const { program, tensors } = cleanProgram(made as unknown as Program, new Map(), learned);
    const scored = loaded(program, tensors).scoreFrame(texts([" hamburg", "HAMBURG", "Hamburg"]));
    expect([...scored.score]).toEqual([0, -1, 0]);
  });
});

describe("a recipe that does not fit", () => {
  it.each([
    ["a column that is not there", { town: {} }, /"town".*city/],
    ["texts of numbers", { age: { merge: { a: "b" } } }, /column of numbers/],
    ["numbers to trim", { age: { trim: true } }, /trims or lower-cases age/],
    ["bounds of texts", { city: { clip: [0, 1] } }, /clips city/],
    ["a stand-in of the other type", { age: { nullValues: ["?"] } }, /"\?" of age/],
    ["a chain", { city: { merge: { a: "b", b: "c" } } }, /cleaned itself/],
    ["bounds the wrong way round", { age: { clip: [5, 1] } }, /from 5 to 1/],
  ])("is refused: %s", (_name, wrong, message) => {
    expect(() => cleanFrame(raw(1, 5), wrong as never)).toThrow(
      expect.objectContaining({ code: "TRANSFORM_CLEANING_UNFIT", message: expect.stringMatching(message) }),
    );
  });
});
