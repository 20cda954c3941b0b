import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileScorer } from "../compile/javascript/compile-scorer.ts";
import { load } from "../index.ts";
import { ProgramError } from "../problem.ts";
import { importRule } from "./import-rule.ts";
import type { RuleDefinition, Scorecard } from "./model.ts";

const expression = (text: string, more: object = {}) => importRule({ kind: "expression", expression: text, ...more });
const scoreOf = (rule: RuleDefinition, row: Record<string, string | number | null>) =>
  load(importRule(rule)).score(row);

function problemOf(work: () => unknown): string {
  try {
    work();
    return "none";
  } catch (error) {
    if (error instanceof ProgramError) return `${error.code} ${error.message}`;
    throw error;
  }
}

describe("an expression", () => {
  test("tells its columns' types, and what it predicts", () => {
    const { program } = expression(
      "\"Age\" > 60 AND country IN ('FR') OR joined < '2020-01-01'::TIMESTAMP AND vip IS TRUE",
    );
    expect(program.inputs.map(({ name, type }) => [name, type])).toEqual([
      ["Age", "number"],
      ["country", "string"],
      ["joined", "timestamp"],
      ["vip", "bool"],
    ]);
    expect(program.outputs).toMatchObject({ task: "binary", classes: ["false", "true"] });
    expect(expression("a * 2").program.outputs.task).toBe("regression");
    expect(expression("a * 2", { classes: ["no", "yes"] }).program.outputs.task).toBe("binary");
    expect(
      expression("SELECT CASE WHEN a > 1 THEN 'x' ELSE 'y' END AS class FROM input;").program.outputs.classes,
    ).toEqual(["x", "y"]);
  });

  test("takes the data's spelling and types, and knows no other column", () => {
    const columns = { Age: "integer", flag: "bool" } as const;
    const { program, tensors } = importRule({ kind: "expression", expression: "age + flag > 3" }, { columns });
    expect(program.inputs.map(({ name, type }) => [name, type])).toEqual([
      ["Age", "integer"],
      ["flag", "bool"],
    ]);
    expect(load({ program, tensors }).score({ Age: 3, flag: true }).prediction).toBe("true");
    const problem = problemOf(() => importRule({ kind: "expression", expression: "agee > 3" }, { columns }));
    expect(problem).toBe('PROGRAM_RULE_INVALID The rule, line 1, column 1: there is no column "agee".');
  });

  test("hashes texts as MurmurHash3 does", () => {
    // scikit-learn 1.9: murmurhash3_32(text, seed=0, positive=True) % 1000
    const score = (s: string | null) => scoreOf({ kind: "expression", expression: "hash(s, 1000)" }, { s }).score;
    expect(["hello", "grün", "日本", null].map(score)).toEqual([351, 358, 458, null]);
  });

  test("knows days, and reads conditions as texts", () => {
    const holiday = { kind: "expression", expression: "is_day(t, '2026-12-25', DATE '2024-02-29')" } as const;
    const days = ["2026-12-25T23:59:59Z", "2026-12-26T00:00:00Z", "2024-02-29", null];
    expect(days.map((t) => scoreOf(holiday, { t }).prediction)).toEqual(["true", "false", "true", null]);
    const words = expression("COALESCE(CAST(a > 1 AS VARCHAR), 'unknown')");
    expect(words.program.outputs.classes).toEqual(["false", "true", "unknown"]);
    expect([2, 1, null].map((a) => load(words).score({ a }).prediction)).toEqual(["true", "false", "unknown"]);
    expect(scoreOf({ kind: "expression", expression: "length((a > 1)::varchar)" }, { a: 0 }).score).toBe(5);
  });

  test("that is unknown gives no score, and one without an input's value is not an error", () => {
    expect(scoreOf({ kind: "expression", expression: "a > 1" }, { a: null })).toEqual({
      score: null,
      prediction: null,
    });
    expect(scoreOf({ kind: "expression", expression: "a > 1 OR b > 1" }, { a: null, b: 2 }).prediction).toBe("true");
  });

  test.each([
    ["a >\n  ", "line 2, column 3: the expression ends; a column, a value or a function stands here."],
    ["a > 1 AND (b LIKE 'x%')", "line 1, column 14: LIKE is not known here."],
    ["a > 'x' AND a + 1 > 2", 'line 1, column 13: "a" is a text, and a number is needed here.'],
    ["round(a, 2)", "line 1, column 1: the function round is not known."],
    ["a = b", 'line 1, column 1: nothing tells the type of "a".'],
    ["s = '' OR a", "line 1, column 5: an empty text is a missing value, which nothing is equal to."],
    ["'x' = s || 'y'", 'line 1, column 9: "|" has no meaning here.'],
    ["a > 1; DROP TABLE input", 'line 1, column 8: "DROP" is not expected; the expression ends before it.'],
    ["abs(a, b)", "line 1, column 4: abs takes 1 value; it has 2."],
    ["hash(s, 0) = 1", "line 1, column 9: the number of buckets is no whole number from 1 to 4294967296."],
    ["hash('x' || s, 8) = 1", 'line 1, column 10: "|" has no meaning here.'],
    ["hash(CASE WHEN a > 1 THEN s END, 8) = 1", "line 1, column 6: a text is taken of a column here."],
    ["is_day(t, '2026-12-25 10:00')", "line 1, column 11: is_day lists days, each a date in quotes without a time."],
    ["is_day(t)", "line 1, column 7: is_day takes at least 2 values; it has 1."],
    ["CAST(a + 1 AS VARCHAR) = '2'", "line 1, column 1: a number cannot be cast to a text."],
    ["a > 1e999", "line 1, column 5: 1e999 is beyond the greatest double."],
    ["a > 'open", "line 1, column 5: a text is not closed."],
    ["CASE WHEN a > 1 THEN 2", "line 1, column 23: the expression ends; CASE ends with END."],
    [`${"(".repeat(500)}a`, "line 1, column 201: the expression is nested more than 200 deep."],
    [Array(600).fill("a").join("+"), "line 1, column 1002: more than 500 operations stand in a row."],
  ])("says where %j is wrong", (text, problem) => {
    expect(problemOf(() => expression(text))).toBe(`PROGRAM_RULE_INVALID The rule, ${problem}`);
  });

  test("that is nested beyond the stack is refused", () => {
    const within = (depth: number): string => (depth === 0 ? "a" : `(${within(depth - 1)}${"+a".repeat(490)})`);
    expect(problemOf(() => expression(within(150)))).toMatch(
      /^(none|PROGRAM_RULE_INVALID The rule is nested too deep)/,
    );
  });

  test("of any text is a program or an error with a place, and scores alike when it is compiled", () => {
    const words =
      "hash is_day AS VARCHAR CAST a b s flag 1 2.5 'x' '' ( ) + - * / = <> < >= AND OR NOT IN BETWEEN IS NULL TRUE CASE WHEN THEN ELSE END , abs ln :: DOUBLE \" ; é year".split(
        " ",
      );
    const types = { a: "number", b: "number", s: "string", flag: "bool" } as const;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 14 }), fc.double(), (parts, a) => {
        try {
          const made = expression(parts.join(" "), { types });
          const row = { a: Number.isNaN(a) ? null : a, b: 1, s: "x", flag: true };
          expect(compileScorer(made).score(row)).toEqual(load(made).score(row));
        } catch (error) {
          if (!(error instanceof ProgramError)) throw error;
          expect(error.code).toBe("PROGRAM_RULE_INVALID");
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a list of rules", () => {
  const rule: RuleDefinition = {
    kind: "rules",
    classes: ["ok", "fraud"],
    rules: [
      // biome-ignore lint/suspicious/noThenProperty: a rule's word
      { if: "amount > 1000 AND country = 'NG'", then: 0.9, because: "known pattern" },
      // biome-ignore lint/suspicious/noThenProperty: a rule's word
      { if: "amount > 5000", then: 0.6 },
    ],
    otherwise: 0.05,
  };

  test("is decided by the first condition that is true", () => {
    expect(scoreOf(rule, { amount: 6000, country: "NG" })).toMatchObject({ score: 0.9, prediction: "fraud" });
    expect(scoreOf(rule, { amount: 6000, country: null })).toMatchObject({ score: 0.6, prediction: "fraud" });
    expect(scoreOf(rule, { amount: null, country: null })).toMatchObject({ score: 0.05, prediction: "ok" });
  });

  test("names the condition that is wrong", () => {
    // biome-ignore lint/suspicious/noThenProperty: a rule's word
    const wrong: RuleDefinition = { ...rule, rules: [...rule.rules, { if: "amount >", then: 1 }] };
    expect(problemOf(() => importRule(wrong))).toContain("rules[2].if, line 1, column 9: the expression ends");
  });
});

describe("a scorecard", () => {
  const card: Scorecard = {
    kind: "scorecard",
    base: 500,
    columns: [
      { column: "age", bins: [{ upTo: 25, points: 10 }, { below: 40, points: 25 }, { points: 40 }], missing: 5 },
      { column: "home", levels: { own: 60, rent: 20 }, other: 0, missing: -10 },
    ],
  };

  test("adds up points by hand", () => {
    const points = (age: number | null, home: string | null) => scoreOf(card, { age, home }).score;
    expect([points(25, "own"), points(25.1, "rent"), points(40, "x"), points(null, null)]).toEqual([
      570, 545, 540, 495,
    ]);
  });

  test("turns points into odds: 50 : 1 at 600, doubling every 20", () => {
    const scaled: Scorecard = { ...card, classes: ["bad", "good"], odds: { points: 600, at: 50, double: 20 } };
    // 600 points: 50 / 51; 580 points: 25 / 26
    expect(scoreOf(scaled, { age: 50, home: "own" }).score).toBeCloseTo(50 / 51, 14);
    expect(scoreOf({ ...scaled, base: 480 }, { age: 50, home: "own" }).score).toBeCloseTo(25 / 26, 14);
  });

  test("refuses bins out of order, without an end, and numbers that are none", () => {
    const bins = (given: Scorecard["columns"][number] & { bins: unknown }) => () =>
      importRule({ ...card, columns: [given] });
    expect(
      problemOf(bins({ column: "a", bins: [{ upTo: 2, points: 1 }, { upTo: 1, points: 1 }, { points: 0 }] })),
    ).toContain("does not lie above");
    expect(problemOf(bins({ column: "a", bins: [{ upTo: 2, points: 1 }] }))).toContain("is the last and has a bound");
    expect(problemOf(bins({ column: "a", bins: [{ points: Number.NaN }] }))).toContain("not a finite number");
  });
});
