import { load, type Program, type ProgramNode } from "@millrace/program";
import { importRule } from "@millrace/program/import";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMillraceError } from "#kernel";
import { addFallback } from "./fallback.ts";
import { readForeignModel } from "./foreign-model.ts";
import { defineRule, parseRule } from "./rule-schema.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function refusalOf(work: () => unknown): string {
  try {
    work();
    return "none";
  } catch (error) {
    if (isMillraceError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
}

describe("a file to import", () => {
  test("is told by its name and content", () => {
    expect(readForeignModel("a.sql", bytes("x > 1")).origin).toEqual({
      kind: "rule",
      file: "a.sql",
      written: "a person",
    });
    const card = JSON.stringify({ kind: "scorecard", columns: [{ column: "x", bins: [{ points: 3 }] }] });
    expect(readForeignModel("a.rule.json", bytes(card)).origin.kind).toBe("scorecard");
  });

  test.each([
    ["m.pkl", "\u0080\u0004", "FACTORY_IMPORT_REFUSED m.pkl: It is a pickle"],
    ["m.ubj", "{L\u0000", "FACTORY_IMPORT_REFUSED m.ubj: It is a binary file of XGBoost"],
    ["m.pt", "PK", "FACTORY_IMPORT_REFUSED m.pt: It is a network's own format"],
    ["m.bin", "hello", "FACTORY_IMPORT_REFUSED m.bin: Its content is none"],
    ["m.txt", "tree\nversion=v4\n", "FACTORY_IMPORT_REFUSED m.txt: This is no LightGBM model"],
    ["m.sql", "a >\n> 2", "FACTORY_IMPORT_REFUSED The rule, line 2, column 1"],
    ["m.rule.json", '{ "kind": "rule', "FACTORY_RULE_INVALID m.rule.json is no JSON"],
    ["m.rule.json", '{ "kind": "rules", "rules": [], "else": 1 }', "FACTORY_RULE_INVALID"],
  ])("%s is refused where it is none", (name, text, refusal) => {
    expect(refusalOf(() => readForeignModel(name, bytes(text)))).toContain(refusal);
  });

  test("names the nearest key of a rule", () => {
    const wrong = { kind: "scorecard", columns: [{ column: "x", bins: [{ uptoo: 1, points: 3 }] }] };
    expect(refusalOf(() => parseRule("a.rule.json", JSON.stringify(wrong)))).toContain("FACTORY_RULE_INVALID");
    expect(refusalOf(() => defineRule({ kind: "expression", expresion: "a" } as never))).toContain("expresion");
  });
});

describe("a fallback", () => {
  test("speaks where the model is silent, whatever the row", () => {
    const model = importRule({ kind: "expression", expression: "x / y", classes: ["a", "b"] });
    const fallback = importRule({
      kind: "scorecard",
      columns: [{ column: "x", levels: { "1": 0.5 }, other: 0.25, missing: 0.75 }],
      classes: ["a", "b"],
      odds: { points: 0, at: 1, double: 1 },
    });
    // x is a number of the model and a text of the scorecard
    expect(refusalOf(() => addFallback(model, fallback))).toContain(
      '"x" is a number of the model and a string of the fallback',
    );
    const other = importRule({ kind: "expression", expression: "COALESCE(z, 0.125)", classes: ["a", "b"] });
    const merged = load(addFallback(model, other));
    const [first, second] = [load(model), load(other)];
    const cell = fc.option(fc.double({ noNaN: true }));
    fc.assert(
      fc.property(cell, cell, cell, (x, y, z) => {
        const row = { x, y, z };
        expect(merged.score(row).score).toBe(first.score(row).score ?? second.score(row).score);
      }),
    );
  });

  test("leaves the model's other outputs as they are, also where it reads columns of its own", () => {
    const { program, tensors } = importRule({ kind: "expression", expression: "x / y" });
    const at = program.inputs.length + program.nodes.length;
    const bound = (offset: number): ProgramNode => ({
      op: "scale",
      version: 1,
      inputs: [program.outputs.score],
      attributes: { offset, scale: 1 },
    });
    const model: Program = {
      ...program,
      format: 2,
      nodes: [...program.nodes, bound(1), bound(-1)],
      outputs: { ...program.outputs, interval: { level: 0.9, low: at, high: at + 1 } },
    };
    const fallback = importRule({ kind: "expression", expression: "COALESCE(z, 7)" });
    const merged = load(addFallback({ program: model, tensors }, fallback));
    expect(merged.score({ x: 6, y: 2 })).toMatchObject({ score: 3, intervalLow: 2, intervalHigh: 4 });
    expect(merged.score({ x: 6, y: 0 })).toMatchObject({ score: 7, intervalLow: null });
  });

  test("of classes goes by their names, and must have the same", () => {
    const rule = (expression: string) => importRule({ kind: "expression", expression });
    const model = rule("CASE WHEN x > 1 THEN 'a' WHEN x > 0 THEN 'b' END");
    const fallback = rule("CASE WHEN CAST(x AS DOUBLE) IS NULL THEN 'b' ELSE 'a' END");
    const merged = load(addFallback(model, fallback));
    expect([2, 0.5, -1, null].map((x) => merged.score({ x }).prediction)).toEqual(["a", "b", "a", "b"]);
    expect(refusalOf(() => addFallback(model, rule("x > 1")))).toContain("FACTORY_IMPORT_UNFIT");
  });
});
