import type { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { digestBytes, randomStream } from "#kernel";
import type { FitContext, FitInput } from "../model.ts";
import type { ForestModel } from "./fit-forest.ts";
import { extraTrees, forest } from "./forest.ts";

const rows = 30_000;
const context: FitContext = { seed: 5, threads: 1, stopping: () => false, progress: () => undefined };

function problem(): FitInput {
  const random = randomStream(3, "forest threads");
  const values = () => Float64Array.from({ length: rows }, () => random.uniform());
  const [a, b] = [values(), values()];
  const target = a.map((value, i) => Number(value + b[i]! + random.uniform() > 1.5));
  const code = Float64Array.from({ length: rows }, () => random.integer(9));
  const missing = Uint8Array.from(b, () => Number(random.integer(9) === 0));
  return {
    task: "binary",
    classes: 2,
    train: {
      rows,
      target,
      features: [
        { name: "a", kind: "numeric", values: a },
        { name: "b", kind: "numeric", values: b, missing },
        { name: "c", kind: "categorical", levels: 9, values: code },
      ],
    },
  };
}

function digestOf({ sum }: ForestModel): string {
  const parts = sum.trees.flatMap(({ feature, threshold, leafValues, left }) => [feature, threshold, leafValues, left]);
  return digestBytes(Buffer.concat(parts.map(({ buffer }) => Buffer.from(buffer))));
}

test("the forest does not depend on the number of threads, nor on one that is killed", async () => {
  const input = problem();
  for (const [learner, trees] of [
    [forest, 34],
    [extraTrees, 34],
  ] as const) {
    const options = learner.options.parse({ trees });
    const fitOn = (threads: number) => learner.fit(input, options as never, { ...context, threads });
    const alone = digestOf(await fitOn(1));
    expect(digestOf(await fitOn(3))).toBe(alone);
    let killed = 0;
    const kill = (worker: Worker) => {
      if (killed++ === 0) setTimeout(() => void worker.terminate(), 150);
    };
    process.on("worker", kill);
    try {
      expect(digestOf(await fitOn(2))).toBe(alone);
    } finally {
      process.off("worker", kill);
    }
    expect(killed).toBe(2);
  }
}, 180_000);

test("stops between trees when asked to, on one thread and on two", async () => {
  const input = problem();
  for (const threads of [1, 2]) {
    let grown = 0;
    const own = { ...context, threads, stopping: () => grown >= 3, progress: () => void grown++ };
    await expect(forest.fit(input, forest.options.parse({ trees: 50 }), own)).rejects.toMatchObject({
      code: "KERNEL_STOPPED",
    });
  }
});
