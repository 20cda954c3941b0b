import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compareWindows } from "#validate";
import { goldenCsv } from "./golden-csv.ts";

// Values of Evidently 0.7.23 on two pairs of files: for each column the method that it chooses, and every method.
const folder = new URL("./drift/", import.meta.url);
interface Cell {
  method: string;
  score?: number;
  drifted?: boolean;
  threshold: number;
}
const { pairs } = JSON.parse(readFileSync(new URL("evidently_drift.golden.json", folder), "utf8")) as {
  pairs: Record<string, { methods: Record<string, Record<string, Cell>> }>;
};
const shown = ["AUTO", "psi", "kl_div", "jensenshannon", "ks", "wasserstein", "chisquare", "z"];

describe.each(Object.entries(pairs))("%s", (pair, { methods }) => {
  const reference = goldenCsv(new URL(`evid_${pair}_ref.csv`, folder));
  const current = goldenCsv(new URL(`evid_${pair}_cur.csv`, folder));

  test.each(Object.keys(methods))("%s", (column) => {
    for (const name of shown) {
      const golden = methods[column]![name];
      if (golden?.score === undefined) continue;
      const test = name === "AUTO" ? "auto" : name;
      const report = compareWindows(reference, current, { columns: [column], tests: [test], compat: "evidently" });
      const found = report.columns[0]!;
      expect(found.test).toBe(golden.method);
      expect(found.drifted, name).toBe(golden.drifted);
      expect(
        Math.abs(found.value! - golden.score),
        `${name}: ${found.value} against ${golden.score}`,
      ).toBeLessThanOrEqual(1e-9 * Math.max(1e-3, Math.abs(golden.score)));
    }
  });
});
