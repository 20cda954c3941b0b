import { parentPort, workerData } from "node:worker_threads";
import { bindKernels } from "../kernels/web-assembly.ts";
import { type Command, command, newMember, perform } from "./commands.ts";
import { control } from "./layout.ts";
import { nextEpoch } from "./next-epoch.ts";
import type { WorkerStart } from "./team.ts";

const { module, memory, layout, rank } = workerData as WorkerStart;
const member = newMember(rank, bindKernels(module, memory), layout, memory.buffer);
const words = new Int32Array(memory.buffer, layout.control, control.bytes / 4);
parentPort?.postMessage("ready");

let epoch = 0;
for (;;) {
  epoch = nextEpoch(words, epoch);
  Atomics.add(words, control.taken, 1);
  const what = Atomics.load(words, control.command) as Command;
  if (what === command.stop) break;
  perform(member, what);
  Atomics.add(words, control.done, 1);
  Atomics.notify(words, control.done);
}
