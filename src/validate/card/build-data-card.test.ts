import type { Column, Frame } from "@millrace/program";
import { describe, expect, it } from "vitest";
import { describeQuality } from "../quality/describe-quality.ts";
import { schemaFromText } from "../schema/schema-text.ts";
import { computeStatistics } from "../statistics/compute-statistics.ts";
import { describeSupply } from "../supply/describe-supply.ts";
import { buildDataCard } from "./build-data-card.ts";
import type { DataCardFacts, DataScore } from "./model.ts";

const DAY = 86_400e6;

/** 200 rows, one a day: 40 of plan "pro", 10 of "team"; 50 answers yes; the last 15 days are not answered yet. */
function frameOf(rows = 200): Frame {
  const code = (row: number) => (row % 20 === 0 ? 1 : row % 5 === 1 ? 2 : 0);
  const columns: [string, Column][] = [
    ["day", { type: "timestamp", values: Float64Array.from({ length: rows }, (_, row) => row * DAY) }],
    [
      "plan",
      { type: "string", levels: ["basic", "team", "pro"], codes: Int32Array.from({ length: rows }, (_, r) => code(r)) },
    ],
    [
      "left",
      {
        type: "bool",
        values: Uint8Array.from({ length: rows }, (_, row) => (row < 50 ? 1 : 0)),
        missing: Uint8Array.from({ length: rows }, (_, row) => (row >= rows - 15 ? 1 : 0)),
      },
    ],
  ];
  return { rows, columns: new Map(columns) };
}

function factsOf(frame: Frame, more: Partial<DataCardFacts> = {}): DataCardFacts {
  return {
    name: "people.csv",
    content: null,
    statistics: computeStatistics(frame),
    note: {},
    sources: [],
    problems: [],
    operations: [],
    schema: null,
    anomalies: [],
    badRows: null,
    assumptions: [],
    quality: describeQuality(frame),
    supply: describeSupply(frame, { asOf: 200 * DAY, time: "day", label: "left", groups: ["plan"] }),
    target: "left",
    splits: null,
    ...more,
  };
}

const scoresOf = (facts: DataCardFacts) =>
  Object.fromEntries(
    (buildDataCard(facts).json.scores as DataScore[]).map(({ name, value }) => [name, value] as const),
  );

describe("the data card", () => {
  it("scores consistency, coverage, amount and timeliness as worked by hand", () => {
    expect(scoresOf(factsOf(frameOf(), { badRows: 30 }))).toEqual({
      consistency: 1 - 30 / 200,
      // "team" has 10 rows, fewer than 30; "basic" and "pro" have enough.
      coverage: 1 - 1 / 3,
      // 50 of the rarer class are more than ten for each of two columns.
      amount: 1,
      // 185 of 200 labelled, and the newest label lies 15 days before the newest row.
      timeliness: (185 / 200) * (1 - 15 / 30),
    });
    const few = frameOf(60);
    const supply = describeSupply(few, { asOf: 0 });
    expect(scoresOf(factsOf(few, { supply }))).toEqual({
      consistency: 1,
      coverage: null,
      // Of 45 answers 45 are yes and none is no.
      amount: 0,
      timeliness: null,
    });
  });

  it("asks for what nobody wrote, and for nothing that somebody did", () => {
    const card = buildDataCard(factsOf(frameOf(), { note: { licence: "CC0", purpose: "  " } }));
    const asked = (card.json.asked as { field: string }[]).map(({ field }) => field);
    expect(asked).toEqual(["purpose", "meaning", "owner", "refresh", "collection", "notFor"]);
    for (const page of [card.markdown, card.html]) {
      expect(page.match(/To be written by a person/g)).toHaveLength(6);
      expect(page).toContain("Licence: CC0");
    }
  });

  it("names the limits that the record shows", () => {
    const schema = schemaFromText('feature { name: "left" type: INT presence { min_fraction: 1 } }');
    const anomalies = [{ feature: "left", severity: "ERROR" as const, short: "Column dropped", long: "" }];
    const { json, markdown } = buildDataCard(
      factsOf(frameOf(), { anomalies, schema: { from: "a.pbtxt", schema }, problems: ["A line ends oddly."] }),
    );
    expect(json.limits).toEqual(["A line ends oddly.", "left: Column dropped"]);
    expect(markdown).toContain("| left | INT | never missing |");
    expect(buildDataCard(factsOf(frameOf())).json.limits).toEqual([
      "The checks found none. That is not proof that there are none.",
    ]);
  });

  it("shows hostile text as text", () => {
    const evil = '<script>alert(1)</script> | [x](javascript:1) "\n# h';
    const card = buildDataCard(factsOf(frameOf(), { name: evil, note: { purpose: evil }, problems: [evil] }));
    expect(card.html).not.toContain("<script");
    expect(card.html).toContain("default-src 'none'");
    expect(card.markdown).not.toMatch(/<script|\n# h|[^\\]\[x/);
  });
});
