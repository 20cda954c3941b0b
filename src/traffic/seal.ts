import type { SegmentLine } from "./segment-writer.ts";

/** What a closed segment holds, so that readers of other endpoints and times need not open it. */
export interface SegmentSeal {
  readonly sizeBytes: number;
  readonly first: Edge | null;
  readonly last: Edge | null;
  /** Places where the sequence jumps, as the records on both sides. */
  readonly jumps: readonly (readonly [Edge, Edge])[];
  readonly endpoints: Readonly<Record<string, EndpointSeal>>;
}

export interface Edge {
  readonly sequence: number;
  readonly atMs: number;
}

interface EndpointSeal {
  readonly predictions: number;
  readonly lowMs: number;
  readonly highMs: number;
  /** Outcomes and decisions. */
  readonly others: number;
}

export const emptySeal: SegmentSeal = { sizeBytes: 0, first: null, last: null, jumps: [], endpoints: {} };

export function sealName(segment: string): string {
  return segment.replace(/\.jsonl$/, ".seal.json");
}

export function addToSeal(seal: SegmentSeal, batch: readonly SegmentLine[], bytes: number): SegmentSeal {
  const endpoints = new Map(Object.entries(seal.endpoints));
  const jumps = [...seal.jumps];
  let last = seal.last;
  for (const line of batch) {
    const edge = { sequence: line.sequence, atMs: line.atMs };
    if (last !== null && line.sequence !== last.sequence + 1) jumps.push([last, edge]);
    last = edge;
    const old = endpoints.get(line.endpoint);
    const counted = old ?? { predictions: 0, lowMs: line.atMs, highMs: line.atMs, others: 0 };
    const first = counted.predictions === 0;
    endpoints.set(
      line.endpoint,
      line.kind === "prediction"
        ? {
            predictions: counted.predictions + 1,
            lowMs: first ? line.atMs : Math.min(counted.lowMs, line.atMs),
            highMs: first ? line.atMs : Math.max(counted.highMs, line.atMs),
            others: counted.others,
          }
        : { ...counted, others: counted.others + 1 },
    );
  }
  const first = seal.first ?? (batch[0] === undefined ? null : { sequence: batch[0].sequence, atMs: batch[0].atMs });
  return { sizeBytes: seal.sizeBytes + bytes, first, last, jumps, endpoints: Object.fromEntries(endpoints) };
}

/** False when the seal shows that the segment says nothing about the endpoint in [fromMs, toMs). */
export function mayHold(seal: SegmentSeal, endpoint: string, fromMs: number, toMs: number): boolean {
  if (!Object.hasOwn(seal.endpoints, endpoint)) return false;
  const { predictions, lowMs, highMs, others } = seal.endpoints[endpoint]!;
  return others > 0 || (predictions > 0 && highMs >= fromMs && lowMs < toMs);
}
