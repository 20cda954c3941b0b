import type { Column, Frame } from "@millrace/program";
import { load } from "@millrace/program";
import { expect, test } from "vitest";
import { plainContext } from "#kernel";
import { honestRows } from "../../test-data/planted-leaks.ts";
import { automl } from "../automl.ts";

const rows = 600;

/** The time is up so many looks at the clock after the chosen models began to be learned again. */
async function endedAmid(looks: number) {
  const { frame, label } = honestRows(5, rows);
  const y: Column = { type: "bool", values: label };
  const train: Frame = { rows, columns: new Map([...frame.columns, ["y", y]]) };
  let seen = -1;
  const clock = { nowMs: () => (seen < 0 || seen++ < looks ? 0 : 1e9) };
  const context = { ...plainContext({ clock }), progress: ({ what }: { what: string }) => void start(what) };
  const start = (what: string) => {
    if (/^learning \d+ models again/.test(what)) seen = 0;
  };
  const asked = {
    train,
    target: "y",
    task: "binary",
    metric: "logLoss",
    folds: 3,
    learners: ["gbdt", "linear", "network"],
    seed: 3,
    draws: 50,
  } as const;
  const learners = ["gbdt", "linear", "network"];
  const made = await automl({ ...asked, learners, budgetTrials: 12, budgetSeconds: 1000 }, context);
  return { ...made, scores: load(made).scoreFrame(train).score };
}

/** How many members the reasons call left out; all where the first fold's model was taken. */
function leftOut(reasons: readonly string[]): number {
  if (reasons.some((why) => /no time left to learn the model again/.test(why))) return Number.POSITIVE_INFINITY;
  const most = reasons.flatMap(
    (why) => /most of the ensemble again from all 600 .*: (\d+) of its/.exec(why)?.[1] ?? [],
  );
  expect(reasons.some((why) => /^The model was learned again from all 600/.test(why))).toBe(most.length === 0);
  return most.length === 0 ? 0 : Number(most[0]);
}

test("where the time is up amid learning again, the members that were learned are the model, and that is said", async () => {
  const ends = [];
  for (const looks of [5, 150, 200, 250, 300, 350, 400, 1e9]) ends.push(await endedAmid(looks));
  const out = ends.map(({ reasons }) => leftOut(reasons));
  expect(out).toEqual(out.toSorted((a, b) => b - a));
  expect([out[0], out.at(-1)]).toEqual([Number.POSITIVE_INFINITY, 0]);
  expect(new Set(out).size).toBeGreaterThan(2);
  // Members of all rows answer more like the whole ensemble than the first fold's models do.
  const whole = ends.at(-1)!.scores;
  const apart = ends.map(({ scores }) => scores.reduce((sum, score, i) => sum + Math.abs(score - whole[i]!), 0) / rows);
  for (const [k, missing] of out.entries()) {
    expect(apart[k]! > 0).toBe(missing > 0);
    if (missing > 0 && missing < Number.POSITIVE_INFINITY) expect(apart[k]!).toBeLessThan(apart[0]!);
    expect(ends[k]!.reasons.some((why) => /several times/.test(why))).toBe(false);
  }
});
