import type { Column, Frame } from "@millrace/program";
import { encodeProgram } from "@millrace/program/write";
import { expect, test } from "vitest";
import { localExecutor } from "#adapters/executor-local";
import { digestBytes, type Executor, MillraceError, plainContext } from "#kernel";
import { honestRows } from "../../test-data/planted-leaks.ts";
import { automl } from "../automl.ts";
import type { AutomlRequest, AutomlResult } from "../model.ts";

function problem(): AutomlRequest {
  const { frame, label } = honestRows(5, 400);
  const y: Column = { type: "bool", values: label };
  const train: Frame = { rows: 400, columns: new Map([...frame.columns, ["y", y]]) };
  return { train, target: "y", task: "binary", folds: 3, budgetTrials: 9, seed: 3, draws: 50 };
}

const digestOf = ({ program, tensors }: AutomlResult) => {
  const { json, tensors: bytes } = encodeProgram(program, tensors);
  return digestBytes(Buffer.concat([Buffer.from(json), bytes]));
};
const board = ({ leaderboard }: AutomlResult) => leaderboard.map(({ trainSeconds: _, ...entry }) => entry);

test("trials made in other processes give the same board and the same program, also where one of them is killed", async () => {
  const here = await automl(problem(), plainContext());
  for (const [parallel, kills] of [
    [2, 0],
    [3, 4],
  ] as const) {
    const local = localExecutor({ parallel, graceMs: 50 });
    let submitted = 0;
    let left = kills;
    // What a child that the system kills for its memory looks like from here.
    const fragile: Executor = {
      ...local,
      async submit(task, context) {
        submitted++;
        if (left-- > 0)
          throw new MillraceError("PIPELINE_TASK_KILLED", { message: "The process was killed.", next: "Run again." });
        return local.submit(task, context);
      },
    };
    const elsewhere = await automl({ ...problem(), executor: fragile }, plainContext());
    await local.drain();
    expect(submitted).toBeGreaterThanOrEqual(7);
    expect(board(elsewhere)).toEqual(board(here));
    expect(digestOf(elsewhere)).toBe(digestOf(here));
  }
});

test("a trial that takes long keeps no process waiting, and changes nothing", async () => {
  const asked = { ...problem(), budgetTrials: 12 };
  const here = await automl(asked, plainContext());
  const local = localExecutor({ parallel: 2, graceMs: 50 });
  const ended: number[] = [];
  let submitted = 0;
  const slowed: Executor = {
    ...local,
    async submit(task, context) {
      // Two come to begin with, so that the processes start.
      const place = submitted++;
      const made = await local.submit(task, context);
      // The first trial is through when four behind it are: with as many places as two, one goes on meanwhile.
      while (place === 2 && ended.filter((other) => other > 2).length < 4) await new Promise((go) => setTimeout(go, 5));
      ended.push(place);
      return made;
    },
  };
  const elsewhere = await automl({ ...asked, executor: slowed }, plainContext());
  await local.drain();
  expect(ended.indexOf(2)).toBeGreaterThanOrEqual(4);
  expect(board(elsewhere)).toEqual(board(here));
  expect(digestOf(elsewhere)).toBe(digestOf(here));
});
