import type { Clock, Context, Id, MetadataStore } from "#kernel";
import { MillraceError } from "#kernel";
import type { JournalEvent } from "#pipeline";
import { text } from "./json-fields.ts";
import { emptyRun, type RunFold, type RunState, stateAt, take } from "./run-fold.ts";

/** Folded journals are kept, so that a list reads only what is new. */
const keptRuns = 2000;
const readAtOnce = 12;

export interface RunSummary {
  readonly id: string;
  readonly pipeline: string;
  readonly state: RunState;
  readonly startedMs: number;
  readonly endedMs: number | null;
  readonly counts: {
    readonly total: number;
    readonly cached: number;
    readonly done: number;
    readonly failed: number;
    readonly running: number;
  };
  readonly trigger: string | null;
}

export interface RunReader {
  /** One page, newest first; `next` is the cursor of the page of older ones. */
  list(limit: number, cursor?: string): Promise<{ readonly runs: RunSummary[]; readonly next: string | null }>;
  /** The run as its journal stands now. Errors: SERVER_RUN_MISSING. */
  read(id: string): Promise<{ readonly run: RunFold; readonly context: Context }>;
  summary(run: RunFold, context: Context): RunSummary;
}

export function runReader(metadata: MetadataStore, clock: Clock): RunReader {
  const kept = new Map<string, RunFold>();

  const fold = async (id: string): Promise<RunFold> => {
    const known = kept.get(id);
    if (known?.state === "complete") return known;
    const run = known ?? emptyRun(id);
    const entries = await metadata.read({ find: "entries", stream: `run/${id}`, afterSequence: run.lastSequence });
    // Another request may have read the same entries meanwhile.
    for (const entry of entries) if (entry.sequence > run.lastSequence) take(run, entry as unknown as JournalEvent);
    kept.delete(id);
    kept.set(id, run);
    if (kept.size > keptRuns) kept.delete(kept.keys().next().value!);
    return run;
  };

  const summary = (run: RunFold, context: Context): RunSummary => {
    const states = [...run.nodes.values()].map((node) => node.state);
    const number = (state: string) => states.filter((one) => one === state).length;
    return {
      id: run.id,
      pipeline: run.pipeline || (text(context.properties, "pipeline") ?? "unknown"),
      state: stateAt(run, clock.nowMs()),
      startedMs: run.startedMs ?? context.createdMs,
      endedMs:
        run.endedMs ?? (stateAt(run, clock.nowMs()) === "stopped" ? run.leaseUntilMs || context.createdMs : null),
      counts: {
        total: states.length,
        cached: number("cached"),
        done: number("complete"),
        failed: number("failed"),
        running: number("running"),
      },
      trigger: text(context.properties, "trigger"),
    };
  };

  return {
    summary,
    list: async (limit, cursor) => {
      const contexts = await metadata.read({
        find: "contexts",
        type: "run",
        limit: limit + 1,
        ...(cursor === undefined ? {} : { before: readCursor(cursor) }),
      });
      const page = contexts.slice(0, limit);
      const runs: RunSummary[] = [];
      for (let start = 0; start < page.length; start += readAtOnce) {
        const part = page.slice(start, start + readAtOnce);
        runs.push(...(await Promise.all(part.map(async (context) => summary(await fold(runIdOf(context)), context)))));
      }
      const last = page.at(-1);
      return { runs, next: contexts.length > limit && last !== undefined ? `${last.createdMs}~${last.id}` : null };
    },
    read: async (id) => {
      const context = await findRun(metadata, id);
      return { run: await fold(runIdOf(context)), context };
    },
  };
}

/** The run's context, by its name or its id. */
export async function findRun(metadata: MetadataStore, id: string): Promise<Context> {
  const [named] = await metadata.read({ find: "contexts", type: "run", name: id, limit: 1 });
  const [context] =
    named === undefined ? await metadata.read({ find: "contexts", ids: [id as Id], limit: 1 }) : [named];
  if (context !== undefined && context.type === "run") return context;
  throw new MillraceError("SERVER_RUN_MISSING", {
    message: `There is no run ${id.slice(0, 100)}.`,
    next: "List the runs with `millrace runs list`.",
    facts: { run: id.slice(0, 100) },
  });
}

export function runIdOf(context: Context): string {
  return context.name.startsWith("run_") ? context.name : context.id;
}

function readCursor(cursor: string): { readonly createdMs: number; readonly id: Id } {
  const [time, id] = cursor.split("~");
  const createdMs = Number(time);
  if (time !== "" && Number.isSafeInteger(createdMs) && id !== undefined) return { createdMs, id: id as Id };
  throw new MillraceError("SERVER_REQUEST_INVALID", {
    message: `"${cursor.slice(0, 60)}" is not a cursor that this API gave.`,
    next: "Pass `next` of the page before, or leave `cursor` out.",
  });
}
