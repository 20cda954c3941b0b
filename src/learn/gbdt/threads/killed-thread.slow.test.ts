import type { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { type Progress, randomStream } from "#kernel";
import { loadKernels } from "../../kernels/load-kernels.ts";
import { newMemory } from "../../kernels/new-memory.ts";
import { bindKernels } from "../../kernels/web-assembly.ts";
import type { FitInput } from "../../model.ts";
import { gbdt } from "../gbdt.ts";
import { gbdtOptions } from "../options.ts";
import { command } from "./commands.ts";
import { control, layOut } from "./layout.ts";
import { takePart } from "./next-part.ts";
import { gatherTeam } from "./team.ts";

const rows = 101_000;
const random = randomStream(7, "killed thread");
const values = Float64Array.from({ length: rows }, () => random.uniform());
const target = values.map((value) => Math.sin(9 * value) + random.uniform());

function fitted(trees: number, threads: number, progress: (at: Progress) => boolean) {
  const train: FitInput["train"] = { rows, target, features: [{ name: "x", kind: "numeric", values }] };
  let heard = false;
  return gbdt.fit({ task: "regression", classes: 1, train }, gbdtOptions.parse({ trees }), {
    seed: 1,
    threads,
    stopping: () => heard,
    progress: (at) => {
      heard = progress(at);
    },
  });
}

function nextWorker(): () => void {
  let worker: Worker | undefined;
  process.once("worker", (made) => {
    worker = made;
  });
  return () => void worker?.terminate();
}

test("a thread that is killed between rounds costs time, not the model", async () => {
  const alone = await fitted(50, 1, () => false);
  const kill = nextWorker();
  const model = await fitted(50, 2, ({ done }) => {
    if (done === 2) kill();
    return false;
  });
  expect(model.trees).toEqual(alone.trees);
});

test("a thread's end is told in the progress", async () => {
  const kill = nextWorker();
  // As many rounds as may be asked for: how many go by until the end is heard depends on what else the machine does.
  const training = fitted(20_000, 2, ({ what, done }) => {
    if (done === 2) kill();
    return what.includes("because one ended");
  });
  await expect(training).rejects.toMatchObject({ code: "KERNEL_STOPPED" });
});

test("a thread that ends with a part of the work makes the training start again on one", async () => {
  const layout = layOut({
    rows: 10,
    validationRows: 0,
    features: 1,
    words: 256,
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
