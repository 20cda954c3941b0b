import { control } from "./layout.ts";

/** Waits for the next command after `epoch`: spins shortly, because commands follow each other within microseconds. */
export function nextEpoch(words: Int32Array, epoch: number): number {
  let spins = 0;
  while (Atomics.load(words, control.epoch) === epoch)
    if (++spins > 20_000) Atomics.wait(words, control.epoch, epoch, 1000);
  return epoch + 1;
}
