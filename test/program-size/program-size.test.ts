import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, test } from "vitest";

/*
 * What a page or an edge worker loads to score a model: the whole door of @millrace/program in one file, without anything of
 * Node's, small, and giving the numbers that the goldens hold.
 */
const limitBytes = 25_000;
const root = join(import.meta.dirname, "..", "..");

interface Golden {
  readonly json: string;
  readonly tensors: string;
  readonly file: string;
  readonly digest: string;
  readonly rows: readonly unknown[];
  readonly results: readonly unknown[];
}

describe("@millrace/program as one file", () => {
  let code: string;
  let imports: readonly string[];

  beforeAll(async () => {
    const bundle = await rolldown({ input: join(root, "program", "index.ts"), platform: "neutral" });
    const { output } = await bundle.generate({ format: "iife", name: "millrace", minify: true });
    await bundle.close();
    expect(output).toHaveLength(1);
    ({ code, imports } = output[0]);
  });

  test(`is at most ${limitBytes / 1000} kB gzipped`, () => {
    const sizeBytes = gzipSync(code, { level: 9 }).length;
    console.info(`@millrace/program: ${code.length} bytes minified, ${sizeBytes} gzipped`);
    expect(sizeBytes).toBeLessThanOrEqual(limitBytes);
    expect(sizeBytes).toBeGreaterThan(5000);
  });

  test("imports nothing, and never evaluates text as code", () => {
    expect(imports).toEqual([]);
    expect(/["'`]node:|\brequire\(|\beval\(|\bFunction\(|\bimport\(/.exec(code)?.[0]).toBeUndefined();
  });

  test("scores the golden models to the bit where there is nothing but the language", () => {
    const golden = JSON.parse(readFileSync(join(root, "program/goldens/format-1.golden.json"), "utf8")) as Golden;
    // The encoders are the web's; code from text is switched off, as under a page's content policy.
    const context = createContext({ TextEncoder, TextDecoder }, { codeGeneration: { strings: false, wasm: false } });
    runInContext(code, context);
    context.given = JSON.stringify({
      json: golden.json,
      tensors: [...Buffer.from(golden.tensors, "base64")],
      file: [...Buffer.from(golden.file, "base64")],
      rows: golden.rows,
    });
    const found = runInContext(
      `(() => {
        const { json, tensors, file, rows } = JSON.parse(given);
        const scorer = millrace.load({ json, bytes: new Uint8Array(tensors) });
        const read = millrace.readModelFile(new Uint8Array(file));
        return JSON.stringify({
          results: rows.map((row) => scorer.score(row)),
          fromFile: rows.map((row) => millrace.load({ json: read.json, bytes: read.tensorBytes }).score(row)),
          digest: read.digest,
          globals: [typeof process, typeof Buffer, typeof require],
        });
      })()`,
      context,
    );
    expect(JSON.parse(found as string)).toEqual({
      results: golden.results,
      fromFile: golden.results,
      digest: golden.digest,
      globals: ["undefined", "undefined", "undefined"],
    });
  });
});
