import type { Measured } from "./peer.ts";

/** One line of the table: a peer's run beside ours on the same rows and threads. */
export interface Row {
  readonly work: string;
  readonly peer: string;
  readonly threads: number;
  /** CPU seconds on one thread, wall seconds on more. */
  readonly clock: "cpu" | "wall";
  readonly ours: Measured;
  readonly theirs: Measured;
  readonly ratio: number;
  /** The most that the ratio should be; none where it is shown only. */
  readonly goal?: number;
}

export const clockOf = (threads: number) => (threads === 1 ? "cpu" : "wall");

/** Medians, figure by figure; the digest is that of all runs, which must agree. */
export function medianOf(runs: readonly Measured[]): Measured {
  const middle = (pick: (run: Measured) => number) =>
    runs.map(pick).sort((a, b) => a - b)[Math.floor(runs.length / 2)]!;
  const { digest } = runs[0]!;
  if (runs.some((run) => run.digest !== digest)) throw new Error("runs of the same fit gave different models");
  return {
    wall: middle((run) => run.wall),
    cpu: middle((run) => run.cpu),
    megabytes: middle((run) => run.megabytes),
    auc: middle((run) => run.auc),
    logLoss: middle((run) => run.logLoss),
    ...(digest === undefined ? {} : { digest }),
  };
}

const widths = [26, 20, 8, 16, 9, 7, 18, 18, 9] as const;
const line = (cells: readonly string[]) => cells.map((cell, k) => cell.padEnd(widths[k]!)).join("");

export const heading = line([
  "work",
  "peer",
  "threads",
  "ours / peer, s",
  "ratio",
  "goal",
  "AUC",
  "log loss",
  "memory",
]);

export function printed({ work, peer, threads, clock, ours, theirs, ratio, goal }: Row): string {
  return line([
    work,
    peer,
    `${threads} ${clock}`,
    `${ours[clock].toFixed(2)} / ${theirs[clock].toFixed(2)}`,
    `${ratio.toFixed(2)}×`,
    goal === undefined ? "" : `${goal.toFixed(1)}×`,
    `${ours.auc.toFixed(4)} / ${theirs.auc.toFixed(4)}`,
    `${ours.logLoss.toFixed(4)} / ${theirs.logLoss.toFixed(4)}`,
    `${(ours.megabytes / theirs.megabytes).toFixed(2)}×`,
  ]);
}
