import type { Digest, JsonValue } from "@millrace/program";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cacheKey, type KeyParts } from "./cache-key.ts";
import { explainChange } from "./explain.ts";

const digest = (text: string): Digest => `sha256:${text}`;
const code = {
  files: { "millrace:src/learn/gbdt.ts": digest("1"), "project:rules.ts": digest("2") },
  packages: { zod: "4.6.7" },
};
const parts: KeyParts = {
  step: "learn",
  version: 1,
  code: digest("c"),
  options: { budgetTrials: 8, search: { depth: 3, kinds: ["gbdt"] } },
  seed: 1,
  inputs: { dataset: digest("d"), frames: [digest("f")], champion: null },
};
const why = (change: Partial<KeyParts>, after = code) => explainChange(parts, { ...parts, ...change }, code, after);

test("the key is the digest of the canonical parts", () => {
  // echo -n '{"code":"sha256:c","inputs":{},"options":{},"seed":0,"step":"s","version":1}' | sha256sum
  expect(cacheKey({ version: 1, step: "s", code: digest("c"), seed: 0, options: {}, inputs: {} })).toBe(
    "sha256:7f200ad451e047f3de7e7a8a9c154b056a21abe791f843da41403a091e9d76cd",
  );
});

test.each<[Partial<KeyParts>, readonly string[]]>([
  [{}, []],
  [{ version: 2 }, ["step version 1 → 2"]],
  [{ seed: 2 }, ["seed 1 → 2"]],
  [{ options: { budgetTrials: 16, search: { depth: 3, kinds: ["gbdt"] } } }, ["option budgetTrials 8 → 16"]],
  [
    { options: { budgetTrials: 8, search: { depth: 4, kinds: [] } } },
    ["option search.depth 3 → 4", 'option search.kinds ["gbdt"] → []'],
  ],
  [{ options: { budgetTrials: 8 } }, ['option search {"depth":3,"kinds":["gbdt"]} → (none)']],
  [{ inputs: { ...parts.inputs, dataset: digest("e") } }, ["input dataset changed"]],
  [
    { inputs: { ...parts.inputs, frames: [], champion: digest("m") } },
    ["input champion is new", "input frames changed"],
  ],
])("names what changed: %j", (change, reasons) => {
  expect(why(change)).toEqual(reasons);
});

test("names files and packages", () => {
  const files = { "millrace:src/learn/gbdt.ts": digest("9"), "project:more.ts": digest("3") };
  expect(why({ code: digest("x") }, { files, packages: { zod: "4.6.8" } } as never)).toEqual([
    "code changed: src/learn/gbdt.ts, more.ts (new), rules.ts (no longer used)",
    "package zod 4.6.7 → 4.6.8",
  ]);
  expect(explainChange(parts, { ...parts, code: digest("x") }, null, code)).toEqual(["code changed"]);
});

test.each<[JsonValue, JsonValue, string]>([
  [
    { files: { "a.csv": "1" } },
    { files: { "a.csv": "1", "data/reports-1997.csv": "2" } },
    "source changed: reports-1997.csv (new)",
  ],
  [[{ path: "a.csv", digest: "1" }], [{ path: "a.csv", digest: "2" }], "source changed: a.csv"],
  [{ files: [{ path: "a.csv", digest: "1" }] }, { files: [] }, "source changed: a.csv (gone)"],
  ["v1", "v2", "source changed: source"],
])("names what changed of a source", (before, after, reason) => {
  expect(explainChange({ ...parts, watermark: before }, { ...parts, watermark: after }, code, code)).toEqual([reason]);
});

test("there is a reason exactly where the keys differ", () => {
  const options = fc.dictionary(fc.constantFrom("a", "b"), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 });
  const some = fc.record({ options, seed: fc.nat(1), version: fc.integer({ min: 1, max: 2 }) });
  fc.assert(
    fc.property(some, some, (a, b) => {
      const [before, after] = [a, b].map((change) => ({ ...parts, ...change }) as KeyParts) as [KeyParts, KeyParts];
      expect(explainChange(before, after, code, code).length > 0).toBe(cacheKey(before) !== cacheKey(after));
    }),
    { seed: 5 },
  );
});
