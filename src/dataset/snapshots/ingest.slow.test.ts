import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plainContext } from "#kernel";
import { readFrame } from "../parquet/read-frame.ts";
import { hasSharedData, project, sharedData, skipReason } from "../reading/shared-data.fixture.ts";
import { exportText } from "./export-text.ts";
import { ingest } from "./ingest.ts";

describe("ingest", () => {
  it("takes 10,000 columns, a third of them texts, in the memory of a snapshot", async () => {
    const names = Array.from({ length: 10_000 }, (_, k) => `c${k}`);
    const rows = [1, 2, 3].map((row) =>
      names.map((_, k) => (k % 3 === 0 ? row * k : k % 3 === 1 ? `t${row}` : `2020-01-0${row}`)).join(","),
    );
    const place = project({ "wide.csv": `${names.join(",")}\n${rows.join("\n")}\n` });
    const info = await ingest(
      { kind: "file", path: "wide.csv" },
      { ...place, out: place.path("wide.parquet") },
      plainContext(),
    );
    expect([info.rows, info.columns.length]).toEqual([3, 10_000]);
    const frame = await readFrame(place.path("wide.parquet"));
    expect(frame.columns.size).toBe(10_000);
    expect([...(frame.columns.get("c9999") as { values: Float64Array }).values]).toEqual([9999, 19_998, 29_997]);
  });
});

const python = (() => {
  try {
    execFileSync("python3", ["-c", "import csv"]);
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasSharedData || !python)(
  `exports against Python's csv module${skipReason || (python ? "" : " (skipped: no python3)")}`,
  () => {
    // Both files are read by another reader; every row must be the same.
    const compare = `
import csv, sys
csv.field_size_limit(10**9)
a, b, delimiter = sys.argv[1:4]
rows = lambda f, d: [r for r in csv.reader(open(f, newline='', encoding='utf-8-sig'), delimiter=d) if r]
x, y = rows(a, delimiter), rows(b, ',')
print(len(x), 'same' if x == y else next((i, p, q) for i, (p, q) in enumerate(zip(x, y)) if p != q))
`;
    it.each([
      ["titanic/titanic_raw.csv", ","],
      ["telco_churn/telco_churn.csv", ","],
      ["crowd_weather/weather-non-agg-DFE.csv", ","],
      ["online_retail/by-day/2010-12-01.csv", ","],
      ["sms_spam/sms_spam.csv", ","],
      ["penguins/penguins-raw.csv", ","],
    ])("%s", async (path, delimiter) => {
      const place = project();
      await exportText({ kind: "file", path: join(sharedData, path) }, place.path("o.csv"), place);
      const said = execFileSync("python3", ["-c", compare, join(sharedData, path), place.path("o.csv"), delimiter], {
        encoding: "utf8",
      });
      expect(said).toMatch(/^\d+ same/);
    });
  },
);
