import { openProject, type Project } from "#factory";
import { journalStream } from "#pipeline";

/** One node of a recorded run, as `run --json` tells it. */
export interface NodeTold {
  readonly id: string;
  readonly step: string;
  readonly state: "done" | "cached" | "skipped" | "failed" | "waiting" | "pending";
  readonly reason: string;
  readonly artifacts: Readonly<Record<string, string>>;
}

export interface RunTold {
  readonly runId: string;
  readonly state: string;
  readonly nodes: readonly NodeTold[];
  readonly verdict: { readonly passed: boolean } | null;
}

/** Looks into a project's stores while no command runs, and closes them. */
export async function withStores<T>(folder: string, look: (project: Project) => Promise<T>): Promise<T> {
  const project = await openProject(folder);
  try {
    return await look(project);
  } finally {
    await project.close();
  }
}

/** What a project's stores say of its one run: everything that must not depend on how often it was cut off. */
export interface RunRecord {
  readonly runs: readonly string[];
  /** `train.model sha256:…`, sorted. */
  readonly contents: readonly string[];
  /** Nodes in order of their end. */
  readonly finished: readonly string[];
  readonly runsFinished: number;
  /** What happened to the model and its endpoint, in order: `model/churn version-registered`. */
  readonly effects: readonly string[];
}

export function recordOf(folder: string, model: string): Promise<RunRecord> {
  return withStores(folder, async ({ metadata, objects }) => {
    const runs = await metadata.read({ find: "contexts", type: "run" });
    const contents: string[] = [];
    const finished: string[] = [];
    let runsFinished = 0;
    for (const { name } of runs) {
      for (const { type, data } of await metadata.read({ find: "entries", stream: journalStream(name) })) {
        if (type === "run-finished") runsFinished++;
        if (type !== "node-finished") continue;
        finished.push(String(data.node));
        for (const [output, id] of Object.entries((data.outputs ?? {}) as Record<string, `art_${string}`>)) {
          const [artifact] = await metadata.read({ find: "artifacts", ids: [id] });
          // Reading checks the bytes against their digest.
          for (const { object } of Object.values(artifact!.files)) await objects.get(object);
          contents.push(`${data.node}.${output} ${artifact!.content}`);
        }
      }
    }
    const effects: string[] = [];
    for (const stream of [`model/${model}`, `deployment/${model}`])
      for (const { type } of await metadata.read({ find: "entries", stream })) effects.push(`${stream} ${type}`);
    return {
      runs: runs.map(({ properties }) => String(properties.state)),
      contents: contents.sort(),
      finished,
      runsFinished,
      effects,
    };
  });
}
