import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type InputType, isKnownPattern, timestampReader, Unreadable, valueReader } from "../index.ts";

const reader = (type: InputType, pattern?: string) =>
  valueReader({ name: "x", type, missingAllowed: true, ...(pattern === undefined ? {} : { pattern }) });
const bad = expect.any(Unreadable);

describe("valueReader", () => {
  it("reads the same missing values for every type", () => {
    for (const type of ["number", "integer", "bool", "timestamp", "string"] as const)
      expect([null, undefined, "", Number.NaN].map(reader(type))).toEqual([null, null, null, null]);
  });

  it("reads numbers by the decimal grammar only", () => {
    const read = reader("number");
    expect(["1", "-1.5", "+.5", "1.", "1e3", " 2 ", "Infinity", "-inf", "nan", 7, -0].map(read)).toEqual([
      1,
      -1.5,
      0.5,
      1,
      1000,
      2,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      null,
      7,
      0,
    ]);
    expect(["0x10", "1,5", "1_000", "1 2", "٣", ".", "e5", true, {}, [1]].map(read)).toEqual(Array(10).fill(bad));
  });

  it("reads whole numbers within ±2^53, also when written with a point", () => {
    const read = reader("integer");
    expect(["12", "3.0", 5, "-7"].map(read)).toEqual([12, 3, 5, -7]);
    expect(["1.5", "9007199254740993", 0.5, "Infinity"].map(read)).toEqual(Array(4).fill(bad));
  });

  it("reads truth values", () => {
    expect([true, false, "True", "no", "1", 0].map(reader("bool"))).toEqual([1, 0, 1, 0, 1, 0]);
    expect(["maybe", 2, {}].map(reader("bool"))).toEqual(Array(3).fill(bad));
  });

  it("reads text whole, with lone surrogates replaced", () => {
    expect(["NA", " a ", "a\ud800", 12, true].map(reader("string"))).toEqual(["NA", " a ", "a\ufffd", "12", "true"]);
    expect([{}, []].map(reader("string"))).toEqual([bad, bad]);
  });
});

describe("timestampReader", () => {
  it("reads ISO 8601 whatever the pattern", () => {
    for (const read of [timestampReader(), timestampReader("%d.%m.%Y")]) {
      expect(read("1970-01-01")).toBe(0);
      expect(read("1990-01-08T00:00:00Z")).toBe(Date.UTC(1990, 0, 8) * 1000);
      expect(read("2000-02-29 23:59:59.1234567")).toBe(Date.UTC(2000, 1, 29, 23, 59, 59) * 1000 + 123456);
      expect(read("2000-01-01T00:30+01:00")).toBe(Date.UTC(1999, 11, 31, 23, 30) * 1000);
      for (const text of ["1999-02-29", "2000-13-01", "2000-01-01T24:00", "yesterday", "20000101"])
        expect(read(text)).toBeNaN();
    }
  });

  it("reads patterns", () => {
    const at = (...parts: [number, number, number, number?, number?, number?]) =>
      Date.UTC(parts[0], parts[1], parts[2], parts[3] ?? 0, parts[4] ?? 0, parts[5] ?? 0) * 1000;
    expect(timestampReader("%m/%d/%y %H:%M")("1/8/90 0:00")).toBe(at(1990, 0, 8));
    expect(timestampReader("%-m/%-d/%Y")("12/31/2001")).toBe(at(2001, 11, 31));
    expect(timestampReader("%d %b %Y %I:%M %p")("03 Mar 2010 12:05 AM")).toBe(at(2010, 2, 3, 0, 5));
    expect(timestampReader("%d %B %Y, %T")("3 march 2010, 17:04:05")).toBe(at(2010, 2, 3, 17, 4, 5));
    expect(timestampReader("%Y-%j")("2000-366")).toBe(at(2000, 11, 31));
    expect(timestampReader("%Y%m%d%%%f")("20000101%25")).toBe(at(2000, 0, 1) + 250000);
    expect(timestampReader("%m/%d/%Y")("2/30/2000")).toBeNaN();
    expect([isKnownPattern("%Y-%m-%dT%H:%M:%S.%f%z"), isKnownPattern("%Q")]).toEqual([true, false]);
  });

  it("agrees with the platform's calendar", () => {
    const read = timestampReader();
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1700-01-01"), max: new Date("2250-01-01"), noInvalidDate: true }),
        (date) => {
          expect(read(date.toISOString())).toBe(date.getTime() * 1000);
        },
      ),
    );
  });
});
