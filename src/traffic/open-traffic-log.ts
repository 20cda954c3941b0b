import { mkdir } from "node:fs/promises";
import { type Clock, MillraceError } from "#kernel";
import type { HumanDecision, Outcome, Prediction, TrafficHealth, TrafficRecord } from "./model.ts";
import { checkWriter, lastSequence } from "./segment-files.ts";
import { openSegments, type SegmentLimits, type SegmentLine } from "./segment-writer.ts";
import { lockWriter, openMark } from "./writer-lock.ts";

export interface TrafficLogOptions extends Partial<SegmentLimits> {
  readonly folder: string;
  /** Names this process's records; two that are alive cannot share one. */
  readonly writer: string;
  readonly clock: Clock;
  /** Longest time from `record` to the disk; default 100. */
  readonly flushMs?: number;
  /** Most memory for records that no disk holds yet; default 32 MiB. Beyond it records are dropped and counted. */
  readonly pendingBytes?: number;
}

/** An append-only log of predictions, outcomes and decisions. Nothing here waits for the disk but `flush` and `close`. */
export interface TrafficLog {
  record(prediction: Prediction): void;
  outcome(outcome: Outcome): void;
  decision(decision: HumanDecision): void;
  health(): TrafficHealth;
  /** Resolves when all that was recorded before is on disk, or the disk refused it (see `health`). */
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Taken {
  readonly sequence: number;
  readonly kind: TrafficRecord["kind"];
  readonly loggedMs: number;
  readonly value: Prediction | Outcome | HumanDecision;
}

/**
 * Opens a writer's traffic log. Records go to memory, and in batches at most `flushMs` apart to JSON Lines segments with a
 * sync each: a killed process loses no more than that, and its sequence numbers show what was lost.
 *
 * ```ts
 * const log = await openTrafficLog({ folder: "traffic", writer: "serve-8080", clock: systemClock });
 * log.outcome({ requestId: "r1", endpoint: "churn", atMs: 0, outcome: "yes" });
 * await log.close();
 * ```
 *
 * Errors: TRAFFIC_WRITER_NAME_INVALID; TRAFFIC_WRITER_BUSY; KERNEL_FOLDER_READ_ONLY: when the folder cannot be made or
 * written. A disk that is full later is no error: it shows in `health`, and records wait in memory, then are dropped.
 */
export async function openTrafficLog(options: TrafficLogOptions): Promise<TrafficLog> {
  const { folder, writer, clock } = options;
  const flushMs = options.flushMs ?? 100;
  const pendingLimit = options.pendingBytes ?? 32 * 1024 * 1024;
  checkWriter(writer);
  const lock = await takeFolder(folder, writer);
  const mark = openMark(folder, writer);
  const segments = await openSegments(
    folder,
    writer,
    {
      segmentBytes: options.segmentBytes ?? 64 * 1024 * 1024,
      segmentMs: options.segmentMs ?? 3_600_000,
      folderBytes: options.folderBytes ?? Number.POSITIVE_INFINITY,
    },
    clock,
  );

  let sequence = Math.max(mark.found, await lastSequence(folder, writer));
  mark.set(sequence);
  let turn: Taken[] = [];
  let pending: SegmentLine[] = [];
  let pendingBytes = 0;
  let written = 0;
  let dropped = 0;
  let failures = 0;
  let problem: string | null = null;
  let lastWriteMs: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  let writing: Promise<void> = Promise.resolve();
  let closed = false;

  const add = (kind: TrafficRecord["kind"], value: Taken["value"]) => {
    sequence++;
    if (!closed) immediate ??= setImmediate(endTurn);
    if (closed || pendingBytes > pendingLimit || turn.length > 100_000) {
      dropped++;
      return;
    }
    turn.push({ sequence, kind, loggedMs: clock.nowMs(), value });
  };

  // Once a turn of the event loop, after its replies have gone out: texts are made and the mark is moved.
  const endTurn = () => {
    clearImmediate(immediate);
    immediate = undefined;
    const taken = turn;
    turn = [];
    setMark();
    for (const one of taken) {
      const text = lineOf(one.sequence, one.kind, one.loggedMs, one.value);
      if (text === undefined) {
        dropped++;
        continue;
      }
      const bytes = Buffer.byteLength(text);
      const { endpoint, atMs } = one.value;
      pending.push({ sequence: one.sequence, kind: one.kind, endpoint, atMs, text, bytes });
      pendingBytes += bytes;
    }
    schedule();
  };
  const setMark = () => {
    try {
      mark.set(sequence);
    } catch (error) {
      // The mark only sharpens the count of what a kill loses; a disk that refuses it must not stop the process.
      problem = messageOf(error);
    }
  };
  // Half the promised time to collect a batch, the other half to write it.
  const schedule = () => {
    if (timer !== undefined || pending.length === 0 || closed) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        void write();
      },
      Math.min(5000, (flushMs / 2) * 2 ** failures),
    );
  };
  const write = () => {
    writing = writing.then(writeBatch);
    return writing;
  };
  const writeBatch = async () => {
    const batch = pending;
    if (batch.length === 0) return;
    pending = [];
    try {
      await segments.append(batch);
      for (const line of batch) pendingBytes -= line.bytes;
      written += batch.length;
      failures = 0;
      problem = null;
      lastWriteMs = clock.nowMs();
    } catch (error) {
      pending = [...batch, ...pending];
      failures = Math.min(failures + 1, 8);
      problem = messageOf(error);
    }
    schedule();
  };
  const flush = async () => {
    if (immediate !== undefined) endTurn();
    await write();
  };

  return {
    record: (prediction) => add("prediction", prediction),
    outcome: (outcome) => add("outcome", outcome),
    decision: (decision) => add("decision", decision),
    health: () => ({
      writer,
      pending: pending.length + turn.length,
      pendingBytes,
      written,
      dropped,
      lastWriteMs,
      problem,
    }),
    flush,
    close: async () => {
      if (closed) return;
      await flush();
      closed = true;
      clearTimeout(timer);
      clearImmediate(immediate);
      setMark();
      dropped += pending.length;
      pending = [];
      pendingBytes = 0;
      await segments.close();
      mark.close();
      lock.release();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One record as a line; undefined when it is not JSON. The sequence comes first: readers find it without parsing. */
function lineOf(sequence: number, kind: string, loggedMs: number, value: object): string | undefined {
  try {
    const body = JSON.stringify(value);
    return `{"sequence":${sequence},"kind":"${kind}","loggedMs":${loggedMs},${body.slice(1)}\n`;
  } catch {
    // Counted as dropped by the caller: a request never fails because of its record.
    return undefined;
  }
}

async function takeFolder(folder: string, writer: string): Promise<{ release(): void }> {
  try {
    await mkdir(folder, { recursive: true });
    return lockWriter(folder, writer);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "EACCES" && code !== "EROFS" && code !== "EPERM" && code !== "ENOTDIR" && code !== "EEXIST")
      throw error;
    throw new MillraceError("KERNEL_FOLDER_READ_ONLY", {
      message: `The traffic log cannot write in ${folder}: ${code}.`,
      next: "Give the folder write permission, or choose another one.",
      cause: error,
    });
  }
}
