import { expect, test } from "vitest";
import { evaluate } from "#evaluate";
import { simulate } from "../testing/simulate.ts";

test("95 % intervals of the log loss hold the truth about 95 times of 100", () => {
  const truth = evaluate("binary", simulate(400_000, 99), { draws: 0 }).metrics.logLoss!.value!;
  let held = 0;
  for (let seed = 0; seed < 100; seed++) {
    const { low, high } = evaluate("binary", simulate(200, seed), { seed, draws: 200 }).metrics.logLoss!;
    if (low! <= truth && truth <= high!) held++;
  }
  expect(held).toBeGreaterThanOrEqual(88);
});

test("groups of neighbours give the intervals that single rows give", () => {
  const input = simulate(6000, 3);
  const rows = evaluate("binary", input, { draws: 400 }).metrics;
  const cells = evaluate("binary", input, { draws: 400, exactRows: 100 }).metrics;
  for (const name of [
    "prAucScore",
    "logLoss",
    "brierLoss",
    "f1Score",
    "ksScore",
    "liftScore",
    "balancedAccuracyScore",
  ]) {
    const width = (of: typeof rows) => of[name]!.high! - of[name]!.low!;
    expect(width(cells) / width(rows), name).toBeGreaterThan(0.8);
    expect(width(cells) / width(rows), name).toBeLessThan(1.25);
    expect(cells[name]!.value).toBe(rows[name]!.value);
  }
});
