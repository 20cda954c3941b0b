import { control } from "./layout.ts";

/** About 0.3 ms: commands follow each other within microseconds, and to sleep and wake takes tens of them. */
const mostSpins = 300_000;

/** Waits for the next command after `epoch`. */
export function nextEpoch(words: Int32Array, epoch: number): number {
  for (let spins = 0; spins < mostSpins; spins++) {
    const now = Atomics.load(words, control.epoch);
    if (now !== epoch) return now;
  }
  Atomics.add(words, control.asleep, 1);
  // Looks again in a while even if nobody wakes it.
  while (Atomics.load(words, control.epoch) === epoch) Atomics.wait(words, control.epoch, epoch, 1000);
  Atomics.sub(words, control.asleep, 1);
  return Atomics.load(words, control.epoch);
}

/** Waits until so many parts are done; false: it took longer than the limit. */
export function partsAreDone(words: Int32Array, parts: number, limitMs: number): boolean {
  for (let spins = 0; spins < mostSpins; spins++) if (Atomics.load(words, control.done) >= parts) return true;
  for (let waitedMs = 0; waitedMs < limitMs; ) {
    const done = Atomics.load(words, control.done);
    if (done >= parts) return true;
    if (Atomics.wait(words, control.done, done, 100) === "timed-out") waitedMs += 100;
  }
  return false;
}

/** Offers the parts of a command of this number. */
export function offerParts(words: Int32Array, epoch: number): void {
  Atomics.store(words, control.done, 0);
  Atomics.store(words, control.ticket, ticketOf(epoch, 0));
  Atomics.store(words, control.epoch, epoch);
  if (Atomics.load(words, control.asleep) > 0) Atomics.notify(words, control.epoch);
}

/**
 * Takes the next part of a command, so that no other member does it; −1: all are taken, or the command is over. A thread that
 * gets no time from the system takes nothing, and nobody waits for it.
 */
export function takePart(words: Int32Array, epoch: number, parts: number): number {
  for (;;) {
    const ticket = Atomics.load(words, control.ticket);
    const part = ticket & 0xff;
    if (ticket !== ticketOf(epoch, part) || part >= parts) return -1;
    if (Atomics.compareExchange(words, control.ticket, ticket, ticket + 1) === ticket) return part;
  }
}

/** The number of a command, as far as it has room, beside that of a part. */
function ticketOf(epoch: number, part: number): number {
  return (epoch << 8) | part;
}
