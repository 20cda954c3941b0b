import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkLayers, importsOf, listedFiles } from "../../scripts/layers.ts";

const root = join(import.meta.dirname, "../..");
const seed = (file: string, text: string) => checkLayers([file], () => text).map((violation) => violation.rule);

describe("layer check", () => {
  it("passes on the tree and sees every file that git lists", () => {
    const files = listedFiles(root);
    const seen: string[] = [];
    const violations = checkLayers(files, (file) => {
      seen.push(file);
      return readFileSync(join(root, file), "utf8");
    });
    expect(violations).toEqual([]);
    expect(seen).toEqual(files);
    expect(files.length).toBeGreaterThan(50);
  });

  it.each([
    ["upwards", "src/kernel/a.ts", 'import { x } from "#dataset";', /^upwards/],
    ["sideways", "src/transform/a.ts", 'import { x } from "#evaluate";', /^sideways/],
    ["a type import upwards", "src/dataset/a.ts", 'import type { X } from "#learn";', /^upwards/],
    ["an inline import type upwards", "src/dataset/a.ts", 'type X = import("#learn").X;', /^upwards/],
    ["a re-export upwards", "src/dataset/a.ts", 'export * from "#learn";', /^upwards/],
    ["a dynamic import upwards", "src/dataset/a.ts", 'await import("#learn");', /^upwards/],
    ["past the door by path", "src/learn/a.ts", 'import { x } from "../dataset/read.ts";', /^not through the door/],
    ["past the door by name", "src/learn/a.ts", 'import { x } from "#dataset/read";', /^not through the door/],
    [
      "past the door of program",
      "src/learn/a.ts",
      'import { x } from "../../program/json.ts";',
      /^not through the door/,
    ],
    ["an adapter below its hosts", "src/learn/a.ts", 'import { x } from "#adapters/metadata-sql";', /^adapters are/],
    ["program reaching up", "program/a.ts", 'import { x } from "../src/kernel/index.ts";', /^program imports/],
    ["program with a dependency", "program/a.ts", 'import { z } from "zod";', /^program has no/],
    ["program on Node", "program/a.ts", 'import "node:fs";', /^program has no/],
    ["console reaching in", "console/src/a.tsx", 'import { x } from "#kernel";', /^console speaks/],
    ["a room without a layer", "src/extras/a.ts", 'import { x } from "#kernel";', /not in the layer table/],
    ["a fixture in product code", "src/learn/a.ts", 'import { x } from "./fixtures/x.ts";', /^tests are imported/],
    ["testing in product code", "src/learn/a.ts", 'import { x } from "#testing";', /^testing is/],
  ])("finds %s", (_name, file, text, rule) => {
    expect(seed(file, text)).toEqual([expect.stringMatching(rule)]);
  });

  it("allows what points down through a door", () => {
    expect(
      seed("src/learn/a.ts", 'import { x } from "#dataset"; import { y } from "@millrace/program"; import "zod";'),
    ).toEqual([]);
    expect(seed("src/learn/a.test.ts", 'import { x } from "#adapters/metadata-sql";')).toEqual([]);
    expect(seed("src/adapters/objects-files/a.ts", 'import { x } from "#kernel";')).toEqual([]);
  });

  it("reads every form of import", () => {
    expect(importsOf("a.ts", 'import a from "a"; export { b } from "b"; import("c"); type D = import("d").D;')).toEqual(
      ["a", "b", "c", "d"],
    );
  });
});
