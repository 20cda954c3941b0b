import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { embeddedRuntimes } from "../../../scripts/embed-runtimes.ts";
import { load } from "../../interpreter/load.ts";
import { operatorTable } from "../../operators/table.ts";
import { pickFromTape, tape } from "../../testing/fixtures/tape.ts";
import { pickFrom } from "../../testing/parity.ts";
import { frameOf, randomProgram, randomRows } from "../../testing/random-program.ts";
import { lowerings } from "../lower/table.ts";
import { compileScorer } from "./compile-scorer.ts";
import { jsCompiler } from "./compiler.ts";

describe("a compiled scorer", () => {
  test("gives the interpreter's bits, row by row and in columns", () => {
    fc.assert(
      fc.property(tape, (choices) => {
        const pick = pickFromTape(choices);
        const { program, tensors } = randomProgram(pick);
        const rows = randomRows(pick, program.inputs, 40);
        const compiled = compileScorer({ program, tensors });
        const interpreter = load({ program, tensors });
        for (const row of rows) expect(compiled.score(row)).toEqual(interpreter.score(row));
        const frame = frameOf(program.inputs, rows);
        expect(compiled.scoreFrame(frame)).toEqual(interpreter.scoreFrame(frame));
      }),
      { numRuns: 150 },
    );
  });

  test("refuses the values that the interpreter refuses, in its words", () => {
    const { program, tensors } = randomProgram(pickFrom(7));
    const compiled = compileScorer({ program, tensors });
    const interpreter = load({ program, tensors });
    for (const { name, type } of program.inputs) {
      const row = { [name]: type === "string" ? {} : "no such thing" };
      const message = (score: () => unknown) => {
        try {
          return JSON.stringify(score());
        } catch (error) {
          return `${(error as { code: string }).code} ${(error as Error).message}`;
        }
      };
      expect(message(() => compiled.score(row))).toBe(message(() => interpreter.score(row)));
    }
  });
});

test("every operator of the interpreter is lowered", () => {
  expect([...operatorTable.keys()].filter((op) => !lowerings.has(op))).toEqual([]);
});

test("the same program gives the same files", () => {
  const files = () => {
    const { program, tensors } = randomProgram(pickFrom(4));
    return jsCompiler.compile(program, tensors, { name: "churn", version: 3 });
  };
  expect(files()).toEqual(files());
});

test("the runtimes in the package are those of their sources", async () => {
  for (const { path, text } of await embeddedRuntimes()) expect(readFileSync(path, "utf8")).toBe(text);
});

const hostile = [
  '"',
  "'",
  "`",
  "\\",
  "*/",
  "//",
  "\n",
  "\r",
  "\u2028",
  "$" + "{1}",
  "</script>",
  "\u0000",
  '"""',
  "😀",
  "\ud800",
  "__proto__",
];

test("texts of a program stay texts", () => {
  for (const odd of hostile) {
    const name = odd.toWellFormed() === "__proto__" ? "x" : `${odd}x`.toWellFormed();
    const level = `${odd}y`;
    const program = {
      format: 1,
      inputs: [{ name, type: "string", missingAllowed: true }],
      nodes: [
        {
          op: "ordinal",
          version: 1,
          inputs: [0],
          attributes: { levels: [level.toWellFormed()], unseen: 7, missing: 9 },
        },
      ],
      outputs: { task: "regression", score: 1 },
    } as const;
    const compiled = compileScorer({ program, tensors: new Map() });
    expect([level, "other", null].map((value) => compiled.score({ [name]: value }).score)).toEqual([0, 7, 9]);
  }
});
