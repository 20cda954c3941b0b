import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { load, type RawRow, type RowScore, readModelFile } from "../index.ts";
import { encodeProgram } from "../write.ts";

interface Golden {
  readonly json: string;
  readonly tensors: string;
  readonly file: string;
  readonly digest: string;
  readonly rows: readonly RawRow[];
  readonly results: readonly RowScore[];
}

/** Written once by the first version of each format (or operator) and never again: what they hold must load and score for ever. */
const goldens = [
  "format-1.golden.json",
  "format-1-text.golden.json",
  "format-1-trees-2.golden.json",
  "format-2-regression.golden.json",
  "format-2-binary.golden.json",
  "format-2-multiclass.golden.json",
];

describe("goldens", () => {
  for (const name of goldens) {
    const golden = JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8")) as Golden;
    const bytes = new Uint8Array(Buffer.from(golden.tensors, "base64"));

    it(`${name} loads, and scores to the same bits`, () => {
      const scorer = load({ json: golden.json, bytes });
      expect(golden.rows.map((row) => scorer.score(row))).toEqual(golden.results);
      expect(golden.rows.map((row) => scorer.check(row).filter((problem) => problem.severity === "error"))).toEqual(
        golden.rows.map(() => []),
      );
    });

    it(`${name} as a model file holds the same program under the same digest`, () => {
      const file = readModelFile(new Uint8Array(Buffer.from(golden.file, "base64")));
      expect(file.json).toBe(golden.json);
      expect(file.digest).toBe(golden.digest);
      expect(encodeProgram(file.program, file.tensors)).toEqual({ json: golden.json, tensors: bytes });
    });
  }
});
