import { fitStopped } from "../../fit-stopped.ts";
import { binFeature } from "../bins/bin-feature.ts";
import type { Prepared } from "../prepare.ts";
import { command } from "../threads/commands.ts";
import { type Encoded, permutations } from "./encode-categories.ts";

const made = new WeakMap<Prepared, readonly Uint8Array[]>();

/** Puts the statistics of a round's order of the rows where trees are grown from. Errors: KERNEL_STOPPED: when `stopping` says so. */
export function takeTurn(prepared: Prepared, encoded: Encoded, round: number, stopping: () => boolean): void {
  const { memory, layout, team } = prepared;
  const turns = made.get(prepared) ?? binTurns(prepared, encoded, stopping);
  made.set(prepared, turns);
  const count = encoded.statistics.length;
  const first = layout.features - count;
  const columns = new Uint8Array(memory.buffer, layout.columns + first * layout.rows, count * layout.rows);
  columns.set(turns[round % permutations]!);
  team.together(command.interleave, first, count);
}

function binTurns(
  { memory, layout, team, bins }: Prepared,
  { statistics, valuesOf }: Encoded,
  stopping: () => boolean,
): readonly Uint8Array[] {
  const first = layout.features - statistics.length;
  const own = new Uint8Array(memory.buffer, layout.columns + first * layout.rows, statistics.length * layout.rows);
  return Array.from({ length: permutations }, (_, permutation) => {
    statistics.forEach(({ name }, k) => {
      if (stopping()) throw fitStopped(`after ${permutation} of ${permutations} orders of the rows`);
      const feature = { name, kind: "numeric", values: valuesOf(k, permutation) } as const;
      const out = layout.columns + (first + k) * layout.rows;
      binFeature(memory, team.self.kernels, layout, bins[first + k]!, feature, layout.rows, out);
    });
    return own.slice();
  });
}
