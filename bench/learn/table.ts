import type { Measured } from "./peer.ts";

/** One line of the table: a peer's run beside ours on the same rows and threads. */
export interface Row {
  readonly work: string;
  readonly peer: string;
  readonly threads: number;
  /** Load of the machine when the row began: wall seconds on two threads say little where it is above 0. */
  readonly load: number;
  readonly ours: Measured;
  readonly theirs: Measured;
  /** Ours over theirs. */
  readonly cpu: number;
  readonly wall: number;
  readonly memory: number;
  /** The most that CPU seconds on one thread and wall seconds on two should be; none where it is shown only. */
  readonly goal?: number;
}

export function rowOf(measured: Omit<Row, "cpu" | "wall" | "memory">): Row {
  const { ours, theirs } = measured;
  const ratio = (pick: (run: Measured) => number) => Number((pick(ours) / pick(theirs)).toFixed(3));
  return {
    ...measured,
    cpu: ratio((run) => run.cpu),
    wall: ratio((run) => run.wall),
    memory: ratio((run) => run.megabytes),
  };
}

/** Medians of times and memory, means of accuracy. */
export function medianOf(runs: readonly Measured[]): Measured {
  const middle = (pick: (run: Measured) => number) =>
    runs.map(pick).sort((a, b) => a - b)[Math.floor(runs.length / 2)]!;
  const mean = (pick: (run: Measured) => number) => runs.map(pick).reduce((sum, own) => sum + own, 0) / runs.length;
  return {
    wall: middle((run) => run.wall),
    cpu: middle((run) => run.cpu),
    megabytes: middle((run) => run.megabytes),
    auc: mean((run) => run.auc),
    logLoss: mean((run) => run.logLoss),
  };
}

const widths = [28, 20, 5, 20, 20, 7, 18, 18, 16, 5] as const;
const line = (cells: readonly string[]) => cells.map((cell, k) => cell.padEnd(widths[k]!)).join("");

export const heading = line([
  "work (ours / peer)",
  "peer",
  "thr.",
  "CPU s",
  "wall s",
  "goal",
  "AUC",
  "log loss",
  "peak MB",
  "load",
]);

export function printed({ work, peer, threads, load, ours, theirs, cpu, wall, memory, goal }: Row): string {
  const judged = (one: boolean, ratio: number) =>
    `${ratio.toFixed(2)}×${one && goal !== undefined && ratio > goal ? "!" : ""}`;
  return line([
    work,
    peer,
    String(threads),
    `${ours.cpu.toFixed(2)} / ${theirs.cpu.toFixed(2)} ${judged(threads === 1, cpu)}`,
    `${ours.wall.toFixed(2)} / ${theirs.wall.toFixed(2)} ${judged(threads === 2, wall)}`,
    goal === undefined ? "" : `${goal.toFixed(1)}×`,
    `${ours.auc.toFixed(4)} / ${theirs.auc.toFixed(4)}`,
    `${ours.logLoss.toFixed(4)} / ${theirs.logLoss.toFixed(4)}`,
    `${ours.megabytes.toFixed(0)} / ${theirs.megabytes.toFixed(0)} ${memory.toFixed(2)}×`,
    load.toFixed(1),
  ]);
}

export const readmeHeading = ["work", "beside", "threads", "time", "goal", "AUC", "log loss", "memory"];

/** The same for the README: CPU seconds on one thread, wall seconds on two. */
export function readmeCells({ work, peer, threads, ours, theirs, cpu, wall, memory, goal }: Row): string[] {
  const clock = threads === 1 ? "cpu" : "wall";
  return [
    work,
    peer,
    `${threads}, ${clock}`,
    `${ours[clock].toFixed(2)} s / ${theirs[clock].toFixed(2)} s = ${(clock === "cpu" ? cpu : wall).toFixed(2)}×`,
    goal === undefined ? "–" : `${goal.toFixed(1)}×`,
    `${ours.auc.toFixed(4)} / ${theirs.auc.toFixed(4)}`,
    `${ours.logLoss.toFixed(4)} / ${theirs.logLoss.toFixed(4)}`,
    `${memory.toFixed(2)}×`,
  ];
}
