import type { JsonObject } from "@millrace/program";
import { digestJson } from "#kernel";
import type { TrafficRecord } from "./model.ts";
import { readWindow, type WindowRequest } from "./read-window.ts";

/**
 * What stands for a window's state in a cache key: it changes when, and only when, the window has another record.
 *
 * Shapes: `{ predictions, outcomes, decisions, digest }`, the digest over the records' places (writer and runs of sequence
 * numbers), so traffic of other endpoints or times, rotation and a restart of the writer leave it as it is.
 */
export async function windowWatermark(request: WindowRequest): Promise<JsonObject> {
  const window = await readWindow(request);
  return {
    predictions: window.predictions.length,
    outcomes: window.outcomes.length,
    decisions: window.decisions.length,
    digest: digestJson({
      predictions: places(window.predictions),
      outcomes: places(window.outcomes),
      decisions: places(window.decisions),
    }),
  };
}

/** Runs of sequence numbers by writer: `{ "serve-8080": [[1, 40], [44, 90]] }`. */
function places(records: readonly TrafficRecord[]): JsonObject {
  const byWriter = new Map<string, number[]>();
  for (const record of records) {
    const list = byWriter.get(record.writer) ?? [];
    list.push(record.sequence);
    byWriter.set(record.writer, list);
  }
  return Object.fromEntries([...byWriter].map(([writer, list]) => [writer, runs(list.sort((a, b) => a - b))]));
}

function runs(sorted: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const number of sorted) {
    const last = found.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  return found;
}
