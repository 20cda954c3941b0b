import type { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import { loadKernels } from "../kernels/load-kernels.ts";
import { newMemory } from "../kernels/new-memory.ts";
import { bindKernels } from "../kernels/web-assembly.ts";
import type { FitInput } from "../model.ts";
import { command } from "./commands.ts";
import { gbdt } from "./gbdt.ts";
import { control, layOut } from "./layout.ts";
import { takePart } from "./next-part.ts";
import { gbdtOptions } from "./options.ts";
import { gatherTeam } from "./team.ts";

test("a thread that is killed between rounds costs time, not the model", async () => {
  const rows = 101_000;
  const random = randomStream(7, "killed thread");
  const values = Float64Array.from({ length: rows }, () => random.uniform());
  const target = values.map((value) => Math.sin(9 * value) + random.uniform());
  const train = { rows, target, features: [{ name: "x", kind: "numeric" as const, values }] };
  const fitted = (own: FitInput["train"], threads: number, progress: (at: { what: string; done: number }) => void) =>
    // Rounds enough that the thread's end is heard before the last one, also on a busy machine.
    gbdt.fit({ task: "regression", classes: 1, train: own }, gbdtOptions.parse({ trees: 250 }), {
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
  expect(said.some((what) => what.includes("because one ended"))).toBe(true);
});

test("a thread that ends with a part of the work makes the training start again on one", async () => {
  const layout = layOut({
    rows: 10,
    validationRows: 0,
    features: 1,
    classes: 1,
    leaves: 2,
    members: 2,
    hasWeights: false,
    hasValidationWeights: false,
  });
  const memory = newMemory(layout.bytes);
  const module = await loadKernels();
  const kernels = bindKernels(module, memory);
  const words = new Int32Array(memory.buffer, layout.control, control.bytes / 4);
  // While this thread does its own part, someone takes the other and never does it.
  const interleaveBins: typeof kernels.interleaveBins = (...args) => {
    takePart(words, Atomics.load(words, control.epoch), layout.members);
    kernels.interleaveBins(...args);
  };
  const team = gatherTeam({ ...kernels, interleaveBins }, module, memory, layout, 200);
  try {
    const wrong = expect.objectContaining({ code: "LEARN_THREADS_FAILED" });
    expect(() => team.together(command.interleave)).toThrow(wrong);
  } finally {
    team.close();
  }
});
