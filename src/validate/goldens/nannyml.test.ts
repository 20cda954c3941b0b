import { readFileSync } from "node:fs";
import type { Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { compareWindows } from "#validate";

// Counts of three columns of the car-loan data in its reference and its chunk [40000:44999], and what NannyML 0.13.1
// makes of them: its chi-square is the statistic, its Jensen–Shannon distance the root of the divergence.
interface Case {
  readonly reference: Record<string, number>;
  readonly current: Record<string, number>;
  readonly chi2: number;
  readonly jensen_shannon: number;
  readonly l_infinity: number;
  readonly hellinger: number;
}
const golden: Record<string, Case> = JSON.parse(
  readFileSync(new URL("./drift/nannyml.golden.json", import.meta.url), "utf8"),
);

function frameOf(counts: Record<string, number>): Frame {
  const levels = Object.keys(counts);
  const codes = Int32Array.from(levels.flatMap((level, code) => Array<number>(counts[level]!).fill(code)));
  return { rows: codes.length, columns: new Map([["x", { type: "string", levels, codes }]]) };
}

test.each(Object.entries(golden))("%s", (_, { reference, current, chi2, jensen_shannon, l_infinity, hellinger }) => {
  const [a, b] = [frameOf(reference), frameOf(current)];
  const { columns } = compareWindows(a, b, { tests: ["chi2", "js", "linf", "hellinger"], shuffles: 20 });
  const [v, divergence, greatest, distance] = columns.map(({ value }) => value!);
  const close = (value: number, expected: number) => expect(Math.abs(value - expected)).toBeLessThan(1e-9 * expected);
  // With two levels the peer corrects for continuity; ours is the plain statistic.
  if (Object.keys(reference).length > 2) close(v! * v! * (a.rows + b.rows), chi2);
  else expect(Math.abs((v! * v! * (a.rows + b.rows)) / chi2 - 1)).toBeLessThan(0.005);
  close(Math.sqrt(divergence!), jensen_shannon);
  close(greatest!, l_infinity);
  close(distance!, hellinger);
});
