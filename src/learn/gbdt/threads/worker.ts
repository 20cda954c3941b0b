import { workerData } from "node:worker_threads";
import { bindKernels } from "../../kernels/web-assembly.ts";
import { type Command, command, newMember, perform } from "./commands.ts";
import { control } from "./layout.ts";
import { nextEpoch, takePart } from "./next-part.ts";
import type { WorkerStart } from "./team.ts";

const { module, memory, layout } = workerData as WorkerStart;
const member = newMember(bindKernels(module, memory), layout, memory.buffer);
const words = new Int32Array(memory.buffer, layout.control, control.bytes / 4);

let epoch = 0;
for (;;) {
  epoch = nextEpoch(words, epoch);
  if (Atomics.load(words, control.command) === command.stop) break;
  for (;;) {
    const part = takePart(words, epoch, layout.members);
    if (part < 0) break;
    // The command stays what it is until each part is done, this one with them.
    perform(member, Atomics.load(words, control.command) as Command, part, layout.members);
    Atomics.add(words, control.done, 1);
    Atomics.notify(words, control.done);
  }
}
