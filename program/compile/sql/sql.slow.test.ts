import { describe, expect, it } from "vitest";
import { expectGraphsToAgree } from "../../testing/fixtures/tape.ts";
import { pickFrom } from "../../testing/parity.ts";
import { sqlCompiler } from "./compiler.ts";
import {
  type Agreement,
  expectAgreement,
  holdable,
  noAgreement,
  type Scored,
  statementFor,
} from "./fixtures/agreement.ts";
import type { Row } from "./fixtures/databases.ts";
import { openDatabases, skipped } from "./fixtures/open.ts";
import { forestOf, hostileTexts, ProgramMaker } from "./fixtures/programs.ts";

describe.each(await openDatabases())("%s", (title, opened) => {
  const test = it.skipIf(opened === undefined);
  const database = opened!;
  const agree = async (scored: Scored, rows: readonly Row[], total = noAgreement()): Promise<Agreement> => {
    await database.fill(scored.program.inputs, rows);
    await expectAgreement(database, scored, rows, total);
    return total;
  };

  test(`graphs and rows that fast-check draws agree with the interpreter${skipped(title, opened)}`, async () => {
    const total = noAgreement();
    await expectGraphsToAgree({ graphs: 80, rows: 50, seed: 20 }, async (cases) => {
      const found: (string | undefined)[] = [];
      for (const scored of cases) {
        const rows = scored.rows.map((row) => holdable(database, row));
        const wrong = await agree(scored, rows, total).catch((error: Error) => error.message);
        found.push(typeof wrong === "string" ? wrong : undefined);
      }
      return found;
    });
    expect(total.rows).toBeGreaterThanOrEqual(4000);
    // Every one that differs was shown to lie beside a threshold or split; there should hardly be any.
    expect(total.differing).toBeLessThan(10);
    expect(total.worst).toBeLessThan(1e-13);
  });

  test("crosses of texts and their lengths agree, or are refused", async () => {
    const maker = new ProgramMaker([
      ["a", "string"],
      ["b", "string"],
    ]);
    const both = maker.add("cross", [0, 1, 0], { separator: "*/'é\n" });
    const length = maker.add("impute", [maker.add("textLength", [both])], { value: -1 });
    const hash = maker.add("impute", [maker.add("hash", [both], { buckets: 1000 })], { value: -2 });
    const scored = maker.made({ task: "regression", score: maker.add("add", [length, hash]) });
    if (database.dialect === "sqlite") {
      expect(sqlCompiler.supports(scored.program, scored.tensors, { dialect: "sqlite" })).toHaveLength(1);
      return;
    }
    const texts = [null, "a", "e\u0301", "👩‍👧", "👧".repeat(300), "x".repeat(256), "\u0000a", "'", "\\", "İ ς"];
    const rows = texts.flatMap((a) => texts.map((b) => holdable(database, { a, b })));
    expect(await agree(scored, rows)).toMatchObject({ differing: 0, worst: 0 });
  });

  test("every split is decided at its threshold and beside it, and missing follows its side", async () => {
    const maker = new ProgramMaker(["a", "b", "c", "d"].map((name) => [name, "number"] as const));
    const forest = maker.add(
      "trees",
      [0, 1, 2, 3],
      forestOf(maker, pickFrom(5), { trees: 12, leaves: 31, categorical: 2 }),
    );
    const scored = maker.made({ task: "regression", score: forest });
    const thresholds = scored.tensors.get("forest.threshold")!.values;
    const pick = pickFrom(6);
    const odd = [null, Number.NaN, -0, 1.5, -1, 95, 96, 1e300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const code = () => (pick(8) === 0 ? odd[pick(odd.length)]! : pick(100));
    const beside = (x: number) => [x, x + 2 ** -53, x - 2 ** -53];
    const rows = [...thresholds].flatMap((x) =>
      beside(x).map((value) => ({ a: code(), b: code(), c: value, d: pick(9) === 0 ? null : thresholds[pick(300)]! })),
    );
    const total = await agree(scored, rows);
    expect(total).toMatchObject({ differing: 0, worst: 0 });
  });

  test("100 trees of 31 leaves score 5000 rows in seconds", async () => {
    const maker = new ProgramMaker(Array.from({ length: 28 }, (_, k) => [`f${k}`, "number"] as const));
    const margin = maker.add(
      "trees",
      maker.inputs.map((_, k) => k),
      forestOf(maker, pickFrom(7), { trees: 100, leaves: 31 }),
    );
    const scored = maker.made({ task: "binary", score: maker.add("logistic", [margin]), classes: ["no", "yes"] });
    const pick = pickFrom(8);
    const rows = Array.from({ length: 5000 }, () =>
      Object.fromEntries(maker.inputs.map(({ name }) => [name, pick(20) === 0 ? null : pick(1e6) / 1e6])),
    );
    await database.fill(scored.program.inputs, rows);
    const statement = statementFor(database, scored);
    const start = performance.now();
    await database.select(statement);
    expect(performance.now() - start).toBeLessThan(30_000);
    expect(await agree(scored, rows)).toMatchObject({ differing: 0 });
  });

  test("long tables of levels and of weights", async () => {
    const maker = new ProgramMaker([["x", "string"]]);
    const levels = [...hostileTexts, "\0", "a\0b", ...Array.from({ length: 5000 }, (_, k) => `level ${k}`)];
    const pick = pickFrom(9);
    const reals = (count: number) => Float64Array.from({ length: count }, () => pick(1e6) / 7);
    const lookup = maker.add("lookup", [0], {
      levels,
      values: maker.f64(reals(levels.length)),
      unseen: -1,
      missing: null,
    });
    const oneHot = maker.add("oneHot", [0], { levels, other: true, missing: true });
    const weights = maker.f64(reals(3 * (levels.length + 2)));
    const linear = maker.add("linear", [oneHot], { weights, bias: maker.f64([1, 2, 3]), outputs: 3 });
    const embed = maker.add("embed", [0], {
      levels,
      width: 3,
      values: maker.f64(reals(3 * levels.length)),
      unseen: maker.f64([1, 2, 3]),
    });
    const all = maker.add("concat", [maker.add("impute", [lookup], { value: 0.5 }), linear, embed]);
    const scored = maker.made({
      task: "regression",
      score: maker.add("linear", [all], { weights: maker.f64([1, 2, 3, 4, 5, 6, 7]), bias: 0 }),
    });
    const texts = [...levels.slice(0, 200), "unseen", "level", "Level 1", "level 1 ", "", null];
    const rows = texts.map((x) => holdable(database, { x }));
    expect(await agree(scored, rows)).toMatchObject({ differing: 0, worst: 0 });
  });

  test("sums, products, quotients and powers of any doubles raise nothing", async () => {
    const names = ["a", "b"] as const;
    const maker = new ProgramMaker(names.map((name) => [name, "number"] as const));
    const parts = ["add", "subtract", "multiply", "divide", "power"].map((op) => maker.add(op, [0, 1]));
    const scaled = [1e300, 1e-300, -3e-5, 7].map((scale) => maker.add("scale", [0], { offset: 0, scale }));
    const links = ["logistic", "exp", "tanh"].map((op) => maker.add(op, [1]));
    const each = [...parts, ...scaled, ...links, maker.add("log1p", [0]), maker.add("cyclic", [1], { period: 1e-300 })];
    const edges = [0, 1, 0.5, 3, 1e-20, 2e-16, 1e150, 1e-170, 1e292, 709.8, 745.2, 2 ** 511, 2 ** -538, 2 ** 1023];
    const signed = [...edges, Number.MIN_VALUE, 1e-310, Number.MAX_VALUE, Number.POSITIVE_INFINITY].flatMap((x) => [
      x,
      -x,
    ]);
    const values = [...signed, null];
    const rows = values.flatMap((a) => values.map((b) => ({ a, b })));
    await database.fill(maker.inputs, rows);
    for (const part of each) {
      const at = part === each.at(-1) ? maker.add("element", [part], { index: 0 }) : part;
      await expectAgreement(database, maker.made({ task: "regression", score: at }), rows, noAgreement());
    }
    const weights = Array.from({ length: 300 }, (_, k) => [1, -1, 0.5, 1e-9, -1e9][k % 5]!);
    const inputs = weights.map((_, k) => (k % 3 === 0 ? 0 : 1));
    for (const from of [weights, weights.map((weight) => weight * 1e300)]) {
      const score = maker.add("linear", inputs, { weights: maker.f64(from), bias: 1e3 });
      await expectAgreement(database, maker.made({ task: "regression", score }), rows, noAgreement());
    }
  });

  test("hundreds of classes", async () => {
    const maker = new ProgramMaker([
      ["a", "number"],
      ["b", "number"],
    ]);
    const classes = Array.from({ length: 300 }, (_, k) => `c${k}`);
    const pick = pickFrom(10);
    const weights = maker.f64(Array.from({ length: 600 }, () => pick(2000) / 100 - 10));
    const bias = maker.f64(Array.from({ length: 300 }, () => pick(100) / 10));
    const margins = maker.add("linear", [0, 1], { weights, bias, outputs: 300 });
    const scored = maker.made({ task: "multiclass", score: maker.add("softmax", [margins]), classes });
    const values = [0, 1, -1, 0.25, 100, -1e9, 1e308, null, Number.POSITIVE_INFINITY];
    const rows = values.flatMap((a) => values.map((b) => ({ a, b })));
    expect(await agree(scored, rows)).toMatchObject({ differing: 0 });
  });

  test("hashes are MurmurHash3 of the UTF-8 bytes", async () => {
    const maker = new ProgramMaker([["x", "string"]]);
    const scored = maker.made({ task: "regression", score: maker.add("hash", [0], { buckets: 4294967296 }) });
    const texts = [
      ...hostileTexts,
      "a",
      "ab",
      "abc",
      "abcd",
      "abcde",
      "本本本",
      "x".repeat(1000),
      "0".repeat(63),
      null,
      "",
    ];
    expect(
      await agree(
        scored,
        texts.map((x) => ({ x })),
      ),
    ).toMatchObject({ differing: 0, worst: 0 });
  });

  test("names and texts stay names and texts", async () => {
    const some = hostileTexts.map((text) => [...text].slice(0, 20).join(""));
    const classes = some.map((text) => `${text}|`);
    const pattern = "%Y'\"\\;%m--%d$$";
    const maker = new ProgramMaker([
      ...some.map((text) => [text, "string"] as const),
      ["when '\"\\", "timestamp", pattern],
    ]);
    const ordinals = some.map((_, k) =>
      maker.add("ordinal", [k], {
        levels: k % 2 === 0 ? hostileTexts : hostileTexts.slice(k, k + 3),
        unseen: -3,
        missing: -7,
      }),
    );
    const day = maker.add("impute", [maker.add("datePart", [some.length], { part: "dayOfYear" })], { value: -1 });
    const features = [...ordinals, day];
    const pick = pickFrom(11);
    const weights = Array.from({ length: features.length * classes.length }, () => pick(100) / 10 - 5);
    const margins = maker.add("linear", features, {
      weights: maker.f64(weights),
      bias: maker.f64(classes.map((_, k) => k)),
      outputs: classes.length,
    });
    const scored = maker.made({ task: "multiclass", score: maker.add("softmax", [margins]), classes });
    const rows = Array.from({ length: 60 }, (_, i) => ({
      ...Object.fromEntries(
        some.map((name) => [name, pick(9) === 0 ? "none" : hostileTexts[pick(hostileTexts.length)]!]),
      ),
      "when '\"\\": i % 3 === 0 ? null : i % 3 === 1 ? `2024'"\\;${1 + (i % 12)}--${1 + (i % 28)}$$` : "2024-02-29",
    }));
    const text = database.dialect === "duckdb" ? "VARCHAR" : "text";
    await database.fill(scored.program.inputs, rows, { timestamp: text });
    const total = noAgreement();
    await expectAgreement(database, scored, rows, total);
    expect(total).toMatchObject({ rows: 60, differing: 0 });
    for (const name of hostileTexts) {
      const { dialect } = database;
      const { files } = sqlCompiler.compile(scored.program, scored.tensors, { name, digest: name, dialect });
      expect((await database.select(files[0]!.content as string)).length).toBe(60);
    }
  });
});
