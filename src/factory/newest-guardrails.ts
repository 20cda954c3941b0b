import type { Id } from "#kernel";
import type { Guardrail, GuardrailReport } from "#learn";
import { inputArtifact } from "#pipeline";
import type { Project } from "./open-project.ts";

const mostRuns = 20;

/** What the newest run that looked for leaks found; nothing where none did. */
export async function newestGuardrails({
  metadata,
  objects,
}: Pick<Project, "metadata" | "objects">): Promise<readonly Guardrail[]> {
  for (const run of await metadata.read({ find: "contexts", type: "run", limit: mostRuns })) {
    const executions = await metadata.read({ find: "executions", contextId: run.id });
    const screen = executions.find(({ type }) => type === "screen");
    const id = (screen?.properties.outputs as Readonly<Record<string, Id>> | undefined)?.guardrails;
    const [artifact] = id === undefined ? [] : await metadata.read({ find: "artifacts", ids: [id] });
    if (artifact !== undefined) return (await inputArtifact(artifact, objects).json<GuardrailReport>()).guardrails;
  }
  return [];
}
