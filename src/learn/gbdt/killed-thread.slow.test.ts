import type { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import type { FitInput } from "../model.ts";
import { gbdt } from "./gbdt.ts";
import { gbdtOptions } from "./options.ts";

test("a thread that is killed between rounds costs time, not the model", async () => {
  const rows = 101_000;
  const random = randomStream(7, "killed thread");
  const values = Float64Array.from({ length: rows }, () => random.uniform());
  const target = values.map((value) => Math.sin(9 * value) + random.uniform());
  const train = { rows, target, features: [{ name: "x", kind: "numeric" as const, values }] };
  const fitted = (own: FitInput["train"], threads: number, progress: (at: { what: string; done: number }) => void) =>
    gbdt.fit({ task: "regression", classes: 1, train: own }, gbdtOptions.parse({ trees: 6 }), {
      seed: 1,
      threads,
      stopping: () => false,
      progress,
    });
  const alone = await fitted(train, 1, () => undefined);
  let worker: Worker | undefined;
  process.once("worker", (made) => {
    worker = made;
  });
  const said: string[] = [];
  const model = await fitted({ ...train }, 2, ({ what, done }) => {
    said.push(what);
    if (done === 2) void worker?.terminate();
  });
  expect(model.trees).toEqual(alone.trees);
  expect(said.some((what) => what.includes("because another ended"))).toBe(true);
});
