import type { Frame } from "@millrace/program";
import { describe, expect, it } from "vitest";
import { frameDigest } from "../frames/frame-digest.ts";
import { selectRows } from "../frames/select-rows.ts";
import { newSpans } from "./new-spans.ts";
import { isSpanName, selectSpan } from "./select-span.ts";
import { type SpanUnit, spansOf } from "./spans-of.ts";

const frameOf = (dates: readonly string[]): Frame => ({
  rows: dates.length,
  columns: new Map([
    [
      "at",
      {
        type: "timestamp" as const,
        values: Float64Array.from(dates, (date) => Date.parse(`${date}T12:00:00Z`) * 1000),
      },
    ],
    ["x", { type: "integer" as const, values: Float64Array.from(dates, (_, row) => row) }],
  ]),
});
const ids = (dates: readonly string[], unit: SpanUnit) =>
  spansOf(frameOf(dates), "at", unit).map((span) => `${span.id}:${span.rows}`);

describe("spansOf", () => {
  const dates = ["2000-12-31", "2001-01-01", "1999-12-31", "2001-03-31", "2001-04-01", "2001-01-07"];
  it("gives spans with rows, in order of time", () => {
    expect(ids(dates, "year")).toEqual(["1999:1", "2000:1", "2001:4"]);
    expect(ids(dates, "quarter")).toEqual(["1999-Q4:1", "2000-Q4:1", "2001-Q1:3", "2001-Q2:1"]);
    expect(ids(dates, "month")).toEqual(["1999-12:1", "2000-12:1", "2001-01:2", "2001-03:1", "2001-04:1"]);
    expect(ids(["1969-12-31", "1969-12-31"], "day")).toEqual(["1969-12-31:2"]);
    // ISO 8601: 2000-12-31 is a Sunday of 2000's week 52; 2021-01-03 of 2020's week 53.
    expect(ids(["2000-12-31", "2001-01-01", "2001-01-07", "2021-01-03", "2018-12-31"], "week")).toEqual([
      "2000-W52:1",
      "2001-W01:2",
      "2019-W01:1",
      "2020-W53:1",
    ]);
  });

  it("bounds them by the calendar", () => {
    const [span] = spansOf(frameOf(["2000-02-29"]), "at", "month");
    expect([new Date(span!.from / 1000).toISOString(), new Date(span!.to / 1000).toISOString()]).toEqual([
      "2000-02-01T00:00:00.000Z",
      "2000-03-01T00:00:00.000Z",
    ]);
  });
});

describe("newSpans", () => {
  it("tells new and changed spans", () => {
    const frame = frameOf(["2000-01-01", "2000-02-01", "2000-03-01"]);
    const before = spansOf(selectRows(frame, [0, 1]), "at", "month");
    expect(newSpans(before, spansOf(frame, "at", "month"))).toEqual({ added: ["2000-03"], changed: [], removed: [] });
    const changed = spansOf(selectRows(frame, [0, 0, 2]), "at", "month");
    expect(newSpans(before, changed)).toEqual({ added: ["2000-03"], changed: ["2000-01"], removed: ["2000-02"] });
    expect(newSpans(null, before).added).toEqual(["2000-01", "2000-02"]);
  });

  it("tells new files and a changed table", () => {
    const files = (...names: string[]) => ({ files: names.map((path) => ({ path, digest: `sha256:${path}` })) });
    expect(newSpans(files("a", "b"), files("b", "c"))).toEqual({ added: ["c"], changed: [], removed: ["a"] });
    expect(newSpans({ rows: "sha256:1" }, { rows: "sha256:2" }).changed).toEqual(["rows"]);
  });
});

describe("selectSpan", () => {
  const dates = ["2000-12-31", "2001-01-01", "1999-12-31", "2001-03-31", "2001-04-01", "2001-01-07", "1684-01-02"];
  it.each(["day", "week", "month", "quarter", "year"] as const)(
    "gives the rows that spansOf counts in each %s",
    (unit) => {
      const frame = frameOf(dates);
      for (const { id, rows, content } of spansOf(frame, "at", unit)) {
        expect(isSpanName(id)).toBe(true);
        const found = selectSpan(frame, "at", id);
        expect([id, found.rows, frameDigest(found)]).toEqual([id, rows, content]);
      }
    },
  );

  it("refuses a span without rows, and a day that is none", () => {
    for (const name of ["2002", "2001-02-30", "2001-W54", "spring"])
      expect(() => selectSpan(frameOf(dates), "at", name)).toThrow(
        /No row falls into the span .*1684-01-02 to 2001-04-01/,
      );
    expect(() => selectSpan(frameOf(dates), "x", "2001")).toThrow(/spans need a timestamp/);
    expect(["spring", "2001-13", "01-01", "2001-Q5", "x@2001"].map(isSpanName)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
