import { MillraceError, randomStream } from "#kernel";
import { type DemoData, damageColumn, timeColumn } from "./demo-data.ts";
import { firstLiveDay } from "./demo-project.ts";

/** A period of reports that are sent as live requests, in order of their day. */
export interface ReplayOptions {
  /** `http://127.0.0.1:8080` */
  readonly address: string;
  readonly endpoint: string;
  readonly fromDay: string;
  /** Not included. */
  readonly toDay: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (sent: number, total: number) => void;
}

export interface Replayed {
  readonly requests: number;
  readonly rows: number;
  readonly outcomes: number;
}

/** What nobody knows yet when a strike is reported. */
const knownLater = (column: string) => column === damageColumn || column.startsWith("Cost ");
const dayMs = 86_400_000;

/**
 * Sends reports and, weeks later, what became of them: the outcome of a strike is known 10 to 90 days after it.
 * The delay is drawn from the row's number, so that a replay can be repeated.
 */
export function createReplay(data: DemoData): { send(options: ReplayOptions): Promise<Replayed> } {
  const time = data.header.indexOf(timeColumn);
  const damage = data.header.indexOf(damageColumn);
  const random = randomStream(1, "demo/outcome-delay");
  const due = data.rows
    .map((row, k) => ({
      id: `report-${k}`,
      damaged: row[damage] !== "None",
      at: Date.parse(row[time]!) + (10 + Math.floor(80 * random.uniformAt(k))) * dayMs,
      day: row[time]!,
    }))
    .sort((a, b) => a.at - b.at);
  let told = 0;

  return {
    async send({ address, endpoint, fromDay, toDay, signal, onProgress }) {
      const base = `${address}/v1/endpoints/${endpoint}`;
      const days = new Map<string, number[]>();
      for (const [k, row] of data.rows.entries()) {
        const day = row[time]!;
        if (day >= fromDay && day < toDay) days.set(day, [...(days.get(day) ?? []), k]);
      }
      const total = [...days.values()].reduce((sum, rows) => sum + rows.length, 0);
      let rows = 0;
      let outcomes = 0;
      for (const [day, members] of days) {
        signal?.throwIfAborted();
        outcomes += await tell(base, Date.parse(day), signal);
        await post(
          `${base}/score`,
          {
            rows: members.map((k) => reportOf(data, k)),
            ids: members.map((k) => `report-${k}`),
            at: `${day}T12:00:00Z`,
          },
          signal,
        );
        rows += members.length;
        onProgress?.(rows, total);
      }
      outcomes += await tell(base, Date.parse(toDay), signal);
      return { requests: days.size, rows, outcomes };
    },
  };

  /** Tells the outcomes that are known by a moment, of reports that were sent live. */
  async function tell(base: string, nowMs: number, signal: AbortSignal | undefined): Promise<number> {
    const known = [];
    for (; told < due.length && due[told]!.at <= nowMs; told++) {
      const { id, damaged, at, day } = due[told]!;
      if (day >= firstLiveDay) known.push({ id, outcome: damaged, at: new Date(at).toISOString() });
    }
    if (known.length > 0) await post(`${base}/outcomes`, { outcomes: known }, signal);
    return known.length;
  }
}

function reportOf(data: DemoData, k: number): Record<string, string | number | null> {
  const row = data.rows[k]!;
  return Object.fromEntries(
    data.header.flatMap((name, column) => {
      if (knownLater(name)) return [];
      const text = row[column] ?? "";
      return [[name, text === "" ? null : name.startsWith("Speed") ? Number(text) : text]];
    }),
  );
}

async function post(url: string, body: unknown, signal: AbortSignal | undefined): Promise<void> {
  const reply = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw unanswered(url, error instanceof Error ? String(error.cause ?? error.message) : String(error));
  });
  const text = await reply.text();
  if (!reply.ok) throw unanswered(url, `${reply.status} ${text.slice(0, 500)}`);
}

function unanswered(url: string, why: string): MillraceError {
  return new MillraceError("SERVE_ENDPOINT_NOT_READY", {
    message: `${url} does not answer as it should: ${why}.`,
    next: "Look at the endpoints with `millrace deploy status`; start them alone with `millrace serve`.",
    facts: { url },
  });
}
