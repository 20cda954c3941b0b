import { timestampReader } from "@millrace/program";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { daysFromCivil, stampParser, TIMESTAMP_PATTERNS } from "./timestamp-patterns.ts";

const at = (pattern: string, text: string) => stampParser(pattern)(text);

describe("stampParser", () => {
  it("reads dates and date-times to the microsecond, in UTC", () => {
    expect(at("%Y-%m-%d", "1990-01-08")).toBe(Date.UTC(1990, 0, 8) * 1000);
    expect(at("%Y-%m-%d", "1969-12-31")).toBe(-86_400_000_000);
    expect(at("%Y-%m-%dT%H:%M:%S", "2020-02-29T23:59:59.123456Z")).toBe(
      Date.UTC(2020, 1, 29, 23, 59, 59) * 1000 + 123456,
    );
    expect(at("%Y-%m-%d %H:%M:%S", "2020-01-01 02:00:00+02:00")).toBe(Date.UTC(2020, 0, 1) * 1000);
    expect(at("%d/%m/%Y", "3/12/2021")).toBe(Date.UTC(2021, 11, 3) * 1000);
  });

  it.each([
    ["%Y-%m-%d", "2021-02-29"],
    ["%Y-%m-%d", "2021-13-01"],
    ["%Y-%m-%d", "2021-1-1"],
    ["%Y-%m-%d", "2021-01-01 "],
    ["%Y-%m-%d", "9999-12-31"],
    ["%Y-%m-%dT%H:%M:%S", "2021-01-01T24:00:00"],
    ["%Y-%m-%dT%H:%M:%S", "2021-01-01T00:00:00.1234567"],
    ["%Y-%m-%dT%H:%M:%S", "2021-01-01T00:00:60"],
  ])("%s does not fit %s", (pattern, text) => expect(at(pattern, text)).toBeNaN());

  it("counts days as the calendar does", () => {
    for (let day = -200_000; day < 200_000; day += 997) {
      const date = new Date(day * 86_400_000);
      expect(daysFromCivil(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(day);
    }
  });

  it("reads what it takes as the program's reader does when it serves", () => {
    const two = (n: number) => String(n).padStart(2, "0");
    fc.assert(
      fc.property(
        fc.constantFrom(...TIMESTAMP_PATTERNS),
        fc.date({ min: new Date("1700-01-01"), max: new Date("2250-01-01"), noInvalidDate: true }),
        fc.constantFrom("", ".5", ".000001"),
        fc.constantFrom("", "Z", "+05:30", "-11"),
        (pattern, date, fraction, zone) => {
          const parts: Record<string, string> = {
            "%Y": String(date.getUTCFullYear()).padStart(4, "0"),
            "%m": two(date.getUTCMonth() + 1),
            "%d": two(date.getUTCDate()),
            "%H": two(date.getUTCHours()),
            "%M": two(date.getUTCMinutes()),
            "%S": two(date.getUTCSeconds()),
          };
          const iso = pattern.startsWith("%Y-%m-%d") && pattern.endsWith("%S");
          const text = pattern.replace(/%./g, (letter) => parts[letter]!) + (iso ? fraction + zone : "");
          expect(at(pattern, text)).not.toBeNaN();
          expect(at(pattern, text)).toBe(timestampReader(pattern)(text));
        },
      ),
    );
  });
});
