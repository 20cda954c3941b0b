import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { knownNames, nearestName } from "./nearest-name.ts";

describe("nearestName", () => {
  test.each([
    ["trian", ["train", "test"], "train"],
    ["modle", ["model", "mode", "monitor"], "model"],
    ["Flight date", ["Flight Date", "Flights"], "Flight Date"],
    ["infer_schema", ["infer-schema", "inspect"], "infer-schema"],
    ["xyz", ["train", "test"], undefined],
    ["a", ["b", "c"], undefined],
    ["", ["a"], undefined],
    ["x", [], undefined],
  ])("%j among %j is %j", (typed, known, nearest) => {
    expect(nearestName(typed, known)).toBe(nearest);
  });

  test("is the name itself where it is known", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1 }), fc.nat(), (names, pick) => {
        const name = names[pick % names.length]!;
        expect(nearestName(name, names)).toBe(name);
      }),
    );
  });

  test("finds a name with two neighbouring letters swapped", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{3,10}$/), fc.nat(), (name, pick) => {
        const at = pick % (name.length - 1);
        const swapped = name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2);
        expect(nearestName(swapped, [name, "0123456789"])).toBe(name);
      }),
    );
  });
});

test("knownNames lists what is known, cut after a dozen", () => {
  expect(knownNames("tset", ["train", "test"])).toBe("did you mean test? known are train, test");
  expect(knownNames("x", [])).toBe("none is known");
  const many = Array.from({ length: 20 }, (_, i) => `name${i}`);
  expect(knownNames("other", many)).toContain("name11, … (20 in all)");
});
