import type { Digest, JsonObject } from "@millrace/program";
import type { Id } from "#kernel";
import { findRun } from "#pipeline";
import { listModels } from "#registry";
import type { Project } from "../open-project.ts";

/** The version that was `champion` when a run began. */
export interface PreviousModel {
  readonly reference: string;
  readonly content: Digest;
  readonly artifactId: string;
}

/** What every execution of a turn of the loop records beside its key. Absent where a run recorded no such thing. */
export interface RunNotes {
  /** `null`: there was no champion. */
  readonly previousModel?: PreviousModel | null;
  /** The run whose plan this one took. */
  readonly forkedFrom?: string;
}

type Stores = Pick<Project, "metadata">;

/** The notes of a run, from what it recorded. Missing: none for a run that ran nothing, or one of another pipeline. */
export async function runNotes(stores: Stores, runId: string): Promise<RunNotes> {
  const [execution] = await stores.metadata.read({ find: "executions", contextId: runId as Id, limit: 1 });
  return (execution?.properties.notes ?? {}) as RunNotes;
}

/** The notes that a run will record: the champion of now. A resumed run keeps those it began with, whatever it promoted since. */
export async function newNotes(
  stores: Stores,
  name: string,
  { resume, forkedFrom }: { readonly resume?: string | undefined; readonly forkedFrom?: string | undefined },
): Promise<JsonObject> {
  if (resume !== undefined) {
    const { runId } = await findRun(stores.metadata, resume, name);
    const recorded = await runNotes(stores, runId);
    if (recorded.previousModel !== undefined) return { ...recorded } as unknown as JsonObject;
  }
  const model = (await listModels(stores)).find((one) => one.name === name);
  const champion = model?.versions.find((version) => version.aliases.includes("champion"));
  const previousModel =
    champion === undefined
      ? null
      : {
          reference: `${name}:${champion.version}`,
          content: champion.content,
          artifactId: champion.artifactId,
        };
  return { previousModel, ...(forkedFrom === undefined ? {} : { forkedFrom }) };
}
