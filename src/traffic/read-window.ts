import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MillraceError } from "#kernel";
import type {
  DecisionRecord,
  OutcomeRecord,
  PredictionRecord,
  TrafficGap,
  TrafficRecord,
  TrafficWindow,
} from "./model.ts";
import { type Edge, mayHold, type SegmentSeal, sealName } from "./seal.ts";
import { listSegments, type SegmentFile } from "./segment-files.ts";
import { lastGivenOut } from "./writer-lock.ts";

export interface WindowRequest {
  readonly folder: string;
  readonly endpoint: string;
  /** Default: the beginning. */
  readonly fromMs?: number;
  /** Default: no end. */
  readonly toMs?: number;
  /** Only outcomes and decisions dated at or before; default: all that are there. */
  readonly knownByMs?: number;
}

/**
 * What every writer recorded of one endpoint's rows in [fromMs, toMs), and how whole the record is.
 *
 * Outcomes and decisions belong to the window of their prediction, however late they came. A last line that a kill cut off
 * is counted (`torn`), sequence numbers that no segment holds are counted (`gaps`); neither is an error.
 *
 * Missing: a folder that does not exist is a window without records. Errors: TRAFFIC_WINDOW_INVALID.
 */
export async function readWindow(request: WindowRequest): Promise<TrafficWindow> {
  const { folder, endpoint } = request;
  const fromMs = request.fromMs ?? Number.MIN_SAFE_INTEGER;
  const toMs = request.toMs ?? Number.MAX_SAFE_INTEGER;
  if (!(fromMs < toMs))
    throw new MillraceError("TRAFFIC_WINDOW_INVALID", {
      message: `The window ends at ${toMs}, which is not after its start ${fromMs}.`,
      next: "Give a window whose end lies after its start.",
    });
  const predictions: PredictionRecord[] = [];
  const outcomes: OutcomeRecord[] = [];
  const decisions: DecisionRecord[] = [];
  const gaps: TrafficGap[] = [];
  const lastOf = new Map<string, Edge>();
  let torn = 0;
  let unreadable = 0;

  const step = (writer: string, edge: Edge) => {
    const before = lastOf.get(writer);
    if (before !== undefined && edge.sequence > before.sequence + 1) addGap(gaps, writer, before, edge, fromMs, toMs);
    lastOf.set(writer, edge);
  };
  for (const segment of await listSegments(folder)) {
    const seal = await readSeal(folder, segment);
    if (seal?.first && seal.last && !mayHold(seal, endpoint, fromMs, toMs)) {
      step(segment.writer, seal.first);
      for (const [before, edge] of seal.jumps) addGap(gaps, segment.writer, before, edge, fromMs, toMs);
      lastOf.set(segment.writer, seal.last);
      continue;
    }
    for await (const record of readSegment(folder, segment)) {
      if (record === "torn") torn++;
      else if (record === "unreadable") unreadable++;
      else {
        step(segment.writer, record);
        if (record.endpoint !== endpoint) continue;
        if (record.kind === "outcome") outcomes.push(record);
        else if (record.kind === "decision") decisions.push(record);
        else if (record.atMs >= fromMs && record.atMs < toMs) predictions.push(record);
      }
    }
  }
  for (const [writer, edge] of lastOf) {
    const given = lastGivenOut(folder, writer) ?? 0;
    if (given > edge.sequence) addGap(gaps, writer, edge, { ...edge, sequence: given + 1 }, fromMs, toMs);
  }
  const ids = new Set(predictions.map((one) => one.requestId));
  const known = (one: { readonly atMs: number }) => one.atMs <= (request.knownByMs ?? Number.MAX_SAFE_INTEGER);
  return {
    endpoint,
    fromMs,
    toMs,
    predictions: predictions.sort(byTime),
    outcomes: outcomes.filter((one) => ids.has(one.requestId) && known(one)).sort(byTime),
    decisions: decisions.filter((one) => ids.has(one.requestId) && known(one)).sort(byTime),
    strayOutcomes: outcomes.filter((one) => !ids.has(one.requestId) && one.atMs >= fromMs && one.atMs < toMs).length,
    gaps,
    lost: gaps.reduce((sum, gap) => sum + gap.missing, 0),
    torn,
    unreadable,
  };
}

/** A total order: by time, then by where the record lies. */
export function byTime(a: TrafficRecord, b: TrafficRecord): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs;
  if (a.writer !== b.writer) return a.writer < b.writer ? -1 : 1;
  return a.sequence - b.sequence;
}

function addGap(gaps: TrafficGap[], writer: string, before: Edge, edge: Edge, fromMs: number, toMs: number): void {
  const [low, high] = [Math.min(before.atMs, edge.atMs), Math.max(before.atMs, edge.atMs)];
  if (high < fromMs || low >= toMs) return;
  const missing = edge.sequence - before.sequence - 1;
  gaps.push({ writer, after: before.sequence, before: edge.sequence, missing, fromMs: low, toMs: high });
}

async function readSeal(folder: string, segment: SegmentFile): Promise<SegmentSeal | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, sealName(segment.name)), "utf8")) as SegmentSeal;
  } catch (error) {
    // Without a seal, or with one that a power failure emptied, the segment itself is read.
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function* readSegment(
  folder: string,
  segment: SegmentFile,
): AsyncIterable<TrafficRecord | "torn" | "unreadable"> {
  const text = await readFile(join(folder, segment.name), "utf8");
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start);
    if (end < 0) {
      yield "torn";
      return;
    }
    yield parseLine(text.slice(start, end), segment.writer) ?? "unreadable";
    start = end + 1;
  }
}

function parseLine(line: string, writer: string): TrafficRecord | undefined {
  try {
    const value = JSON.parse(line) as TrafficRecord;
    const isRecord =
      Number.isSafeInteger(value?.sequence) &&
      typeof value.requestId === "string" &&
      typeof value.endpoint === "string" &&
      typeof value.atMs === "number";
    return isRecord ? { ...value, writer } : undefined;
  } catch {
    // Counted by the caller as unreadable.
    return undefined;
  }
}
