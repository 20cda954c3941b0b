import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import type { Chosen } from "./choose/choose-model.ts";
import { decide } from "./decide.ts";
import { automlOptionsSchema } from "./model.ts";
import { judgeBy } from "./rows/judged-rows.ts";
import { labelledRows } from "./rows/training-rows.ts";
import type { Settings } from "./trial/run-trial.ts";

const settings = automlOptionsSchema.parse({
  target: "y",
  task: "binary",
  metric: "logLoss",
  folds: "auto",
}) as Settings;

/** Labels that margins tell with a confidence twice too great. */
function judged(count: number) {
  const random = randomStream(1, "decide");
  const margin = Float64Array.from({ length: count }, () => 6 * random.uniform() - 3);
  const y = margin.map((value) => (random.uniform() < 1 / (1 + Math.exp(-value / 2)) ? 1 : 0));
  const frame = { rows: count, columns: new Map([["y", { type: "number", values: y } as const]]) };
  const rows = judgeBy(labelledRows(frame, settings), undefined, settings);
  const margins = Float64Array.from(rows.folds.flatMap(({ test }) => Array.from(test, (row) => margin[row]!)));
  return { rows, chosen: { margins } as Chosen };
}

test("rows that are judged four times count once where scores are calibrated", () => {
  const { rows, chosen } = judged(120);
  expect(rows.repeats).toBe(4);
  const { assembly, reasons } = decide(chosen, rows, settings);
  // Too few rows for a calibration of two numbers, so margins are only divided.
  expect(assembly.calibration.kind).toBe("temperature");
  expect(reasons[0]).toMatch(/^Scores are drawn in \(margins divided by 1\.\d+\): .* than 120 validation rows bear\.$/);
});

test("many rows whose scores are too sure are calibrated", () => {
  const { rows, chosen } = judged(2000);
  expect(decide(chosen, rows, settings).assembly.calibration.kind).not.toBe("none");
});
