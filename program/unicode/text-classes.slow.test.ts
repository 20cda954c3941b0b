import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { unicodeVersion as scripted, unicodeTables } from "../../scripts/unicode-tables.ts";
import { textClasses, unicodeVersion } from "./index.ts";

const inClass = (classes: Float64Array, point: number) => classes.filter((bound) => bound <= point).length % 2 === 1;

describe("textClasses", () => {
  it("names one Unicode version, and is what that version's tables give", () => {
    expect(unicodeVersion).toBe(scripted);
    if (process.versions.unicode === unicodeVersion)
      expect(readFileSync(new URL("./tables.ts", import.meta.url), "utf8")).toBe(unicodeTables());
  });

  it("has letters, marks and numbers of all scripts", () => {
    const { classes } = textClasses({ lower: false, plain: false });
    for (const char of ["a", "Z", "0", "é", "ß", "本", "ع", "\u0301", "١", "𝒳", "ñ", "ि"])
      expect(inClass(classes, char.codePointAt(0)!), char).toBe(true);
    for (const char of [" ", "_", "-", "'", "😀", "\u200d", "€", "\u0000", "。", "\u00a0"])
      expect(inClass(classes, char.codePointAt(0)!), char).toBe(false);
  });

  it.each([
    ["A", "a", "a"],
    ["É", "é", "e"],
    ["é", "é", "e"],
    ["İ", "i", "i"],
    ["ẞ", "ß", "ß"],
    ["Σ", "σ", "σ"],
    ["ς", "ς", "ς"],
    ["ǅ", "ǆ", "ǆ"],
    ["Ǜ", "ǜ", "u"],
    ["Ω", "ω", "ω"],
    ["Ⅷ", "ⅷ", "ⅷ"],
    ["\u0301", "\u0301", ""],
    ["한", "한", "한"],
    ["ø", "ø", "ø"],
  ])("takes %s to %s, and without marks to %s", (given, small, bare) => {
    const fold = (plain: boolean) => {
      const { foldFrom, foldTo } = textClasses({ lower: true, plain });
      const at = foldFrom.indexOf(given.codePointAt(0)!);
      if (at < 0) return given;
      return foldTo[at] === -1 ? "" : String.fromCodePoint(foldTo[at]!);
    };
    expect(fold(false)).toBe(small);
    expect(fold(true)).toBe(bare);
  });
});
