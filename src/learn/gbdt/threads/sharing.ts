/** Rounds that are looked at again in the other way, at first; twice as many each time that it was no better. */
const firstPause = 8;
const longestPause = 128;

/**
 * Whether the next round's work is shared out among threads or done by one. On a machine whose cores are busy with other
 * programs sharing costs more than it saves, so each way is timed and the quicker one kept. The model is the same either way.
 */
export class Sharing {
  /** Whether this round's work is shared out. */
  shared = true;
  #began = Number.NaN;
  #milliseconds = { shared: Number.POSITIVE_INFINITY, alone: Number.POSITIVE_INFINITY };
  #untilProbe = 3;
  #pause = firstPause;
  #isProbe = false;

  /** Ends a round and begins the next at this time. */
  next(now: number): void {
    if (!Number.isNaN(this.#began)) this.#learn(now - this.#began);
    this.#began = now;
  }

  #learn(took: number): void {
    const own = this.shared ? "shared" : "alone";
    const before = this.#milliseconds[own];
    // Recent rounds count most; the first one of a way stands for it.
    this.#milliseconds[own] = before === Number.POSITIVE_INFINITY || this.#isProbe ? took : 0.7 * before + 0.3 * took;
    const { shared, alone } = this.#milliseconds;
    if (this.#isProbe) {
      this.#isProbe = false;
      const sharedIsQuicker = shared < alone;
      this.#pause = sharedIsQuicker === this.shared ? firstPause : Math.min(2 * this.#pause, longestPause);
      this.#untilProbe = this.#pause;
      this.shared = sharedIsQuicker;
      return;
    }
    if (--this.#untilProbe > 0) return;
    this.shared = !this.shared;
    this.#isProbe = true;
  }
}
