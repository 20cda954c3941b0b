import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import { automlOptionsSchema } from "../model.ts";
import type { JudgedRows } from "../rows/judged-rows.ts";
import type { Trial, TrialGround } from "../trial/run-trial.ts";
import { leanEnsemble } from "./lean-ensemble.ts";
import { selectEnsembles } from "./select-ensemble.ts";

const rows = 900;

/** Judged rows of a regression, and models that see `signals` of four parts of the target through noise. */
function ground(signals: readonly (readonly number[])[]) {
  const random = randomStream(4, "test/lean");
  const normal = () => Array.from({ length: 12 }, () => random.uniform()).reduce((sum, one) => sum + one, -6);
  const parts = Array.from({ length: 4 }, () => Float64Array.from({ length: rows }, () => normal()));
  const values = Float64Array.from({ length: rows }, (_, i) =>
    parts.reduce((sum, part) => sum + part[i]!, 0.8 * normal()),
  );
  const settings = { ...automlOptionsSchema.parse({ target: "y", task: "regression" }), metric: "rmseError" };
  const trials = signals.map(
    (seen) =>
      ({
        plan: { learner: "gbdt", options: {} },
        margins: Float64Array.from(values, (_, i) => seen.reduce((sum, k) => sum + parts[k]![i]!, 0) + 0.01 * normal()),
      }) as unknown as Trial,
  );
  const judged = { target: { values }, weights: undefined };
  const all = { frame: { rows } };
  const own = { all, judged, starts: [0, rows], folds: [{}], repeats: 1 } as unknown as JudgedRows;
  return { ground: { rows: own, settings, classes: [] } as unknown as TrialGround, trials, judged: { target: values } };
}

function stackOf(signals: readonly (readonly number[])[]) {
  const { ground: made, trials, judged } = ground(signals);
  const found = selectEnsembles(
    trials.map(({ margins }) => margins),
    judged,
    made.settings,
    [],
  )!;
  const stack = found.ensembles.find(({ how }) => how === "stack")!;
  return { stack, lean: leanEnsemble(stack, trials, made, () => false) };
}
const members = (weights: readonly number[]) => weights.flatMap((weight, k) => (weight > 0 ? [k] : []));

test("of members that say the same thing some are enough", () => {
  const { stack, lean } = stackOf([
    [0, 1],
    [0, 1],
    [0, 1],
    [2, 3],
    [2, 3],
    [2, 3],
  ]);
  expect(members(stack.weights)).toHaveLength(6);
  const kept = members(lean!.weights);
  expect(kept.length).toBeLessThan(6);
  expect(kept.some((k) => k < 3)).toBe(true);
  expect(kept.some((k) => k >= 3)).toBe(true);
});

test("members that each say something of their own all stay", () => {
  const { stack, lean } = stackOf([[0], [1], [2], [3]]);
  expect(members(stack.weights)).toHaveLength(4);
  expect(lean).toBeUndefined();
});
