import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BIG_INTEGER, DECIMAL, INTEGER, NOT_NUMBER, scanNumber, scanned } from "./scan-number.ts";

const scan = (text: string) => {
  const bytes = Buffer.from(text);
  return scanNumber(bytes, 0, bytes.length);
};

describe("scanNumber", () => {
  it.each([
    ["0", INTEGER, 0],
    ["-0", INTEGER, 0],
    ["-17", INTEGER, -17],
    ["9007199254740992", INTEGER, 9007199254740992],
    ["9007199254740993", BIG_INTEGER, null],
    ["123456789012345678901", BIG_INTEGER, null],
    ["0.1", DECIMAL, 0.1],
    [".5", DECIMAL, 0.5],
    ["5.", DECIMAL, 5],
    ["-1.5e-3", DECIMAL, -0.0015],
    ["1E+2", DECIMAL, 100],
    ["0.30000000000000004", DECIMAL, 0.30000000000000004],
    ["2.2250738585072011e-308", DECIMAL, 2.225073858507201e-308],
    ["9007199254740993.0", DECIMAL, 9007199254740992],
  ])("reads %s", (text, kind, value) => {
    expect(scan(text)).toBe(kind);
    if (value !== null) expect(Object.is(scanned, value)).toBe(true);
  });

  it.each([
    "",
    "-",
    ".",
    "-.",
    "08123",
    "00",
    "+5",
    " 5",
    "5 ",
    "1,5",
    "1e",
    "1e+",
    "e5",
    "0x10",
    "1_000",
    "NaN",
    "Infinity",
    "1e999",
    "1.2.3",
    "--1",
    "٣",
  ])("leaves %j as text", (text) => expect(scan(text)).toBe(NOT_NUMBER));

  it("gives the nearest double, as Number does", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = String(value + 0);
        expect([INTEGER, DECIMAL]).toContain(
          Number.isInteger(value) && !text.includes("e") && Math.abs(value) > 9007199254740992 ? INTEGER : scan(text),
        );
        if (scan(text) !== BIG_INTEGER) expect(scanned).toBe(value + 0);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^-?(0|[1-9]\d{0,18})\.\d{1,18}(e-?\d{1,2})?$/), (text) => {
        scan(text);
        expect(scanned).toBe(Number(text) + 0);
      }),
    );
  });
});
