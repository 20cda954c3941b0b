import { parentPort, workerData } from "node:worker_threads";
import { bindKernels } from "../kernels/web-assembly.ts";
import { growTree } from "./grow-tree.ts";
import type { WorkerStart } from "./grow-trees.ts";

const { module, memory, layout, growth, rank } = workerData as WorkerStart;
const kernels = bindKernels(module, memory);

parentPort?.on("message", (t: number) => {
  const parts = growTree(kernels, memory.buffer, layout, rank, growth, t);
  const { leafValues, ...arrays } = parts;
  const moved = [...Object.values(arrays), ...leafValues].map(({ buffer }) => buffer as ArrayBuffer);
  parentPort?.postMessage({ t, parts }, moved);
});
