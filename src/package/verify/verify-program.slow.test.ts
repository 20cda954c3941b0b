import { expect, test } from "vitest";
import { randomCases } from "../../../program/testing/parity.ts";
import { forestFile, forestModel } from "../fixtures/forest-model.ts";
import type { Toolchain } from "../model.ts";
import { nodeToolchain } from "../toolchains/languages.ts";
import { checkStoredVectors } from "./check-stored-vectors.ts";
import { verifyProgram } from "./verify-program.ts";

const { program, tensors } = forestModel();

/** Node, with one score moved by one unit in the last place. */
const nearly: Toolchain = {
  ...nodeToolchain,
  traits: { targets: ["js"] },
  async run(work, rows) {
    const scored = await nodeToolchain.run(work, rows);
    return scored.map((row, k) =>
      k === 7 && row.score !== null ? { ...row, score: row.score * (1 + 2 ** -52) } : row,
    );
  },
};

test("an export that differs by one bit in one row is found", async () => {
  const { ok, parity } = await verifyProgram(program, tensors, { name: "rain", rows: 100, toolchains: [nearly] });
  expect(ok).toBe(false);
  expect(parity).toEqual([expect.objectContaining({ target: "js", cases: 100, ok: false, differingPredictions: 0 })]);
  expect(parity[0]!.maxUlp).toBeGreaterThan(0);
});

test("what is not installed, or has no compiler, is skipped with its reason", async () => {
  const absent: Toolchain = { ...nodeToolchain, find: async () => ({ missing: "it is not installed" }) };
  const { ok, parity, skipped } = await verifyProgram(program, tensors, { name: "rain", toolchains: [absent] });
  expect({ ok, parity }).toEqual({ ok: true, parity: [] });
  expect(skipped).toEqual([
    { target: "js", toolchain: "node", reason: "it is not installed" },
    { target: "ts", toolchain: "node", reason: "it is not installed" },
  ]);
});

test("an export that ends with an error is a result that is not ok", async () => {
  const broken: Toolchain = {
    ...nodeToolchain,
    traits: { targets: ["js"] },
    run: (work, rows) => nodeToolchain.run(work, { ...rows, csv: "day\nno date\n" }),
  };
  const { ok, parity } = await verifyProgram(program, tensors, { name: "rain", rows: 10, toolchains: [broken] });
  expect(ok).toBe(false);
  expect(parity[0]).toMatchObject({ ok: false, cases: 0, error: expect.stringContaining("ended with 1") });
});

test("random programs, over every operator, score alike in JavaScript", { timeout: 120_000 }, async () => {
  for (const { program, tensors } of randomCases(5, 12, 1)) {
    const verdict = await verifyProgram(program, tensors, { name: "random", rows: 200, targets: ["js"] });
    expect(verdict.parity).toEqual([expect.objectContaining({ cases: 200, maxUlp: 0, ok: true })]);
  }
});

test("stored golden vectors hold the interpreter to what it said", () => {
  const { file } = forestFile();
  expect(checkStoredVectors(file)).toEqual({ ok: true, rows: 256 });
  const changed = String(file.parity!.expected).replace("\nrain,", "\ndry,");
  expect(checkStoredVectors({ ...file, parity: { ...file.parity, expected: changed } })?.ok).toBe(false);
  const { parity: _, ...without } = file;
  expect(checkStoredVectors(without)).toBeNull();
});
