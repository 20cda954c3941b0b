import { type Id, knownNames, type MetadataStore, MillraceError } from "#kernel";
import type { JournalData, JournalEvent } from "../model.ts";
import { readJournal } from "./journal.ts";

export interface RecordedRun {
  readonly runId: Id<"run">;
  readonly started: JournalData["run-started"];
  readonly events: readonly JournalEvent[];
}

/**
 * A recorded run with its journal: the one named, or the newest that is not complete (of one pipeline, where that is given).
 *
 * Errors: PIPELINE_RUN_UNKNOWN: when there is none.
 */
export async function findRun(metadata: MetadataStore, which: string, pipeline?: string): Promise<RecordedRun> {
  const runId = which === "newest" ? await newestUnfinished(metadata, pipeline) : (which as Id<"run">);
  const events = await readJournal(metadata, runId);
  const first = events[0];
  if (first?.type !== "run-started") throw await unknownRun(metadata, which);
  return { runId, started: first.data, events };
}

async function newestUnfinished(metadata: MetadataStore, pipeline: string | undefined): Promise<Id<"run">> {
  const runs = await metadata.read({ find: "contexts", type: "run", limit: 200 });
  const found = runs.find(
    ({ properties }) => properties.state !== "complete" && (pipeline === undefined || properties.pipeline === pipeline),
  );
  if (found !== undefined) return found.id as Id<"run">;
  throw new MillraceError("PIPELINE_RUN_UNKNOWN", {
    message: pipeline === undefined ? "There is no unfinished run." : `There is no unfinished run of ${pipeline}.`,
    next: "Start a new run: `millrace run`.",
  });
}

async function unknownRun(metadata: MetadataStore, which: string): Promise<MillraceError> {
  const names = (await metadata.read({ find: "contexts", type: "run", limit: 12 })).map(({ name }) => name);
  return new MillraceError("PIPELINE_RUN_UNKNOWN", {
    message: `There is no run ${which} (${knownNames(which, names)}).`,
    next: "List the runs: `millrace runs list`.",
    facts: { run: which },
  });
}
