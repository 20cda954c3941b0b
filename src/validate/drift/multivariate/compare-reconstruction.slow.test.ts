import { readFileSync } from "node:fs";
import type { Column, Frame } from "@millrace/program";
import { describe, expect, it } from "vitest";
import { randomStream } from "#kernel";
import { compareWindows } from "../compare-windows.ts";
import { compareReconstruction, reconstructionErrors } from "./compare-reconstruction.ts";
import { principalAxes } from "./principal-axes.ts";

interface Golden {
  readonly rows: readonly (readonly number[])[];
  readonly axes: number;
  readonly variances: readonly number[];
  readonly errors: readonly number[];
}

describe("axes and what they leave out", () => {
  it("are scikit-learn's", () => {
    const path = new URL("../../oracle/principal-axes.golden.json", import.meta.url);
    const { rows, axes: kept, variances, errors } = JSON.parse(readFileSync(path, "utf8")) as Golden;
    const width = rows[0]!.length;
    const columns = Array.from({ length: width }, (_, k) => {
      const values = rows.map((row) => row[k]!);
      const mean = values.reduce((sum, one) => sum + one, 0) / rows.length;
      const std = Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / rows.length);
      return values.map((one) => (one - mean) / std);
    });
    const covariance = Float64Array.from({ length: width * width }, (_, place) => {
      const [a, b] = [columns[Math.floor(place / width)]!, columns[place % width]!];
      return a.reduce((sum, one, row) => sum + one * b[row]!, 0) / rows.length;
    });
    const found = principalAxes(covariance, width);
    for (const [k, variance] of variances.entries()) expect(found.variances[k]).toBeCloseTo(variance, 10);
    const cells = columns.map((column) => (row: number) => column[row]!);
    const all = Uint32Array.from(rows.keys());
    const measured = reconstructionErrors(cells, all, found.axes.slice(0, kept));
    for (const [row, error] of errors.entries()) expect(measured[row]).toBeCloseTo(error, 8);
  });
});

/** Four numbers that move together and a text; with `turned` two of them move against each other, each distributed as before. */
function windowOf(seed: number, rows: number, turned = false): Frame {
  const random = randomStream(seed, "reconstruction");
  // Twelve uniform numbers make nearly a normal one.
  const bell = () => Array.from({ length: 12 }, () => random.uniform()).reduce((sum, one) => sum + one, -6);
  const shared = Float64Array.from({ length: rows }, () => bell());
  const column = (sign: number): Column => ({
    type: "number",
    values: shared.map((one) => sign * one + 0.3 * bell()),
    missing: Uint8Array.from(shared, () => (random.integer(20) === 0 ? 1 : 0)),
  });
  return {
    rows,
    columns: new Map<string, Column>([
      ["a", column(1)],
      ["b", column(1)],
      ["c", column(turned ? -1 : 1)],
      ["d", column(turned ? -1 : 1)],
      ["plan", { type: "string", levels: ["x", "y", "z"], codes: Int32Array.from(shared, () => random.integer(3)) }],
    ]),
  };
}

describe("reconstruction error of columns together", () => {
  it("finds a correlation that turned where no single column drifted", () => {
    const [before, after] = [windowOf(1, 2000), windowOf(2, 2000, true)];
    expect(compareWindows(before, after).drifted).toBe(false);
    const found = compareReconstruction(before, after);
    expect([found.test, found.drifted]).toEqual(["pca", true]);
    expect(found.value).toBeGreaterThan(1);
  });

  it("finds nothing between windows of one source, in more than 95 of 100 draws", () => {
    let alarms = 0;
    for (let seed = 0; seed < 100; seed++) {
      const all = windowOf(seed, 300);
      if (compareReconstruction(all, windowOf(seed + 1000, 150), { seed }).drifted) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(4);
  });

  it("refuses too few rows or columns, and too many columns", () => {
    const code = (work: () => unknown) => {
      try {
        work();
      } catch (error) {
        return (error as { code: string }).code;
      }
      return "none";
    };
    const [few, rows] = [windowOf(1, 40), windowOf(1, 200)];
    expect(code(() => compareReconstruction(few, rows))).toBe("VALIDATE_WINDOW_EMPTY");
    expect(code(() => compareReconstruction(rows, rows, { columns: ["a"] }))).toBe("VALIDATE_WINDOW_EMPTY");
    const wide = {
      rows: 200,
      columns: new Map(Array.from({ length: 301 }, (_, k) => [`c${k}`, rows.columns.get("a")!])),
    };
    expect(code(() => compareReconstruction(wide, wide))).toBe("VALIDATE_COLUMN_TYPE");
  });
});
