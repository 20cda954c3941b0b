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
  const made = await automl({ ...asked, budgetTrials: 12, budgetSeconds: 1000 }, context);
  return { ...made, scores: load(made).scoreFrame(train).score };
}

test("where the time is up amid learning again, the members that were learned are the model, and that is said", async () => {
  const ends = [];
  for (const looks of [5, 250, 280, 340, 1e9]) ends.push(await endedAmid(looks));
  const said = ends.map(({ reasons }) => reasons.filter((why) => / again |several times/.test(why)));
  const most = (left: string) =>
    `There was time to learn most of the ensemble again from all 600 training and validation rows: ${left} left out, so it may be a little worse than the scores above.`;
  expect(said).toEqual([
    ["There was no time left to learn the model again from all rows: it is the one that the first fold made."],
    ["There was no time left to learn the model again from all rows: it is the one that the first fold made."],
    [most("2 of its models are")],
    [most("1 of its models is")],
    [expect.stringMatching(/^The model was learned again from all 600/)],
  ]);
  // Each member more brings the answers nearer to those of the whole ensemble.
  const whole = ends.at(-1)!.scores;
  const apart = ends.map(({ scores }) => scores.reduce((sum, score, i) => sum + Math.abs(score - whole[i]!), 0) / rows);
  expect(apart.map((distance) => Number(distance > 0))).toEqual([1, 1, 1, 1, 0]);
  expect(apart[3]!).toBeLessThan(apart[2]!);
  expect(apart[2]!).toBeLessThan(apart[1]!);
});
