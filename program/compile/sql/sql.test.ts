import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pickFrom, randomCases } from "../../testing/parity.ts";
import { sqlCompiler } from "./compiler.ts";
import type { Scored } from "./fixtures/agreement.ts";
import { forestOf, hostileTexts, ProgramMaker } from "./fixtures/programs.ts";
import type { DialectName, Range } from "./model.ts";
import { addOutcome, between, divideOutcome, multiplyOutcome } from "./ranges.ts";

const dialects: readonly DialectName[] = ["duckdb", "postgres", "sqlite"];

function statementOf({ program, tensors }: Scored, dialect: DialectName, more: object = {}): string {
  const { files } = sqlCompiler.compile(program, tensors, { name: "model", dialect, ...more });
  expect(files.map(({ path }) => path)).toEqual(["model.sql"]);
  return files[0]!.content as string;
}

/** What is left of a statement without its comment lines, literals and quoted names. */
function bones(statement: string): string {
  const body = statement.split("\n").filter((line) => !line.startsWith("--"));
  return body.join("\n").replace(/E'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"/gs, " L ");
}

function hostile(): Scored {
  const maker = new ProgramMaker([
    ...hostileTexts.map((text) => [`${text}x`, "string"] as const),
    ["when", "timestamp", "%Y'\\\"; --%m"],
  ]);
  const features = hostileTexts.map((_, k) =>
    maker.add("ordinal", [k], { levels: hostileTexts, unseen: -1, missing: -2 }),
  );
  features.push(maker.add("datePart", [hostileTexts.length], { part: "month" }));
  const weights = maker.f64(new Float64Array(features.length * hostileTexts.length));
  const bias = maker.f64(hostileTexts.map((_, k) => k));
  const score = maker.add("linear", features, { weights, bias, outputs: hostileTexts.length });
  return maker.made({ task: "multiclass", score, classes: hostileTexts });
}

describe.each(dialects)("%s", (dialect) => {
  it("gives the same bytes for the same program, in one SELECT that reads the table input", () => {
    for (const scored of randomCases(3, 20, 0)) {
      const statement = statementOf(scored, dialect);
      expect(statementOf(scored, dialect)).toBe(statement);
      expect(bones(statement)).toMatch(/^\s*WITH /);
      expect(bones(statement)).not.toContain(";");
      expect(bones(statement).match(/FROM input\b(?!\.)/g)).toHaveLength(1);
      expect(bones(statement)).not.toMatch(/NaN|undefined/);
    }
  });

  it("leaves nothing of names and texts outside of literals and quoted names", () => {
    const scored = hostile();
    for (const text of hostileTexts) {
      const statement = statementOf(scored, dialect, { name: text, digest: text, idColumn: text });
      expect(bones(statement)).toMatch(/^[A-Za-z0-9_ \n(),.*/+<>=|:[\]#&%-]*$/);
      expect(bones(statement)).not.toMatch(/--|\/\*/);
      for (const line of statement.split("\n")) if (line.startsWith("--")) expect(line).toMatch(/^[\x20-\x7e]*$/);
      expect(statement).not.toContain("\0");
    }
  });

  it("carries an id column through, and says that tables have no order", () => {
    const [scored] = randomCases(4, 1, 0);
    expect(statementOf(scored!, dialect, { idColumn: 'the "id"' })).toContain('AS "the ""id"""');
    expect(statementOf(scored!, dialect)).toContain("Tables have no order");
  });

  it("refuses what it cannot express, and says what", () => {
    const supports = ({ program, tensors }: Scored) => sqlCompiler.supports(program, tensors, { dialect });
    const named = (...names: string[]) => {
      const maker = new ProgramMaker(names.map((name) => [name, "number"] as const));
      const all = names.map((_, k) => k);
      return maker.made({ task: "regression", score: maker.add("combine", all, { weights: all.map(() => 1) }) });
    };
    expect(supports(named("a", "b"))).toEqual([]);
    expect(supports(named("a\0"))).toEqual([expect.stringContaining("a name with a NUL character")]);
    expect(supports(named("a", "A")).length).toBe(dialect === "postgres" ? 0 : 1);
    expect(supports(named("é".repeat(32))).length).toBe(dialect === "postgres" ? 1 : 0);
    const many = Array.from({ length: 2001 }, (_, k) => `x${k}`);
    expect(supports(named(...many)).length).toBe(dialect === "duckdb" ? 0 : 1);

    const maker = new ProgramMaker([["x", "number"]]);
    const attributes = forestOf(maker, pickFrom(1), { trees: 3400, leaves: 31 });
    const forest = maker.made({ task: "regression", score: maker.add("trees", [0], attributes) });
    expect(supports(forest)).toEqual([expect.stringContaining("trees of 102000 splits (the most is 100000)")]);
    expect(() => sqlCompiler.compile(forest.program, forest.tensors, { name: "m", dialect })).toThrow(
      expect.objectContaining({ code: "PROGRAM_TARGET_UNSUPPORTED" }),
    );
  });
});

it("refuses a dialect that it does not know", () => {
  const [scored] = randomCases(4, 1, 0);
  const dialect = "constructor" as DialectName;
  expect(sqlCompiler.supports(scored!.program, scored!.tensors, { dialect }).length).toBe(1);
});

describe("ranges", () => {
  const bound = fc.oneof(
    fc.double({ noNaN: true }),
    fc.constantFrom(0, 1, -1, 1e-320, Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  );
  const interval = fc
    .tuple(bound, bound, bound)
    .map(([a, b, c]) => [a, b, c].sort((x, y) => x - y) as [number, number, number]);
  const kinds = [
    ["add", addOutcome, (x: number, y: number) => x + y],
    ["multiply", multiplyOutcome, (x: number, y: number) => x * y],
    ["divide", divideOutcome, (x: number, y: number) => x / y],
  ] as const;

  it.each(kinds)("of %s hold every result, and tell what may overflow, vanish or be NaN", (name, outcome, apply) => {
    fc.assert(
      fc.property(interval, interval, ([low, x, high], [from, y, to]) => {
        if (name === "divide" && y === 0) return;
        const { range, overflow, underflow } = outcome(between(low, high), between(from, to));
        const result = apply(x, y);
        if (Number.isNaN(result)) expect(range.nan).toBe(true);
        else expect(within(result, range)).toBe(true);
        const finite = Number.isFinite(x) && Number.isFinite(y);
        if (finite && Math.abs(result) === Number.POSITIVE_INFINITY) expect(overflow).toBe(true);
        if (finite && result === 0 && x !== 0 && y !== 0 && name !== "add") expect(underflow).toBe(true);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});

function within(x: number, { low, high, tiny }: Range): boolean {
  return x >= low && x <= high && (x === 0 || Math.abs(x) >= tiny);
}
