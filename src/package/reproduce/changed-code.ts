import type { Artifact, Id, MetadataStore } from "#kernel";
import type { RunOutcome } from "#pipeline";

interface Ran {
  readonly metadata: MetadataStore;
  readonly outcome: RunOutcome;
}

/** Files (by their plain paths) and packages that differ between two runs of the same nodes. */
export async function changedCode(before: Ran, after: Ran, nodes: readonly string[]): Promise<readonly string[]> {
  const changed = new Set<string>();
  const [then, now] = [await codeByNode(before, nodes), await codeByNode(after, nodes)];
  for (const [node, code] of now) {
    const old = then.get(node);
    if (old === undefined || old.content === code.content) continue;
    for (const name of new Set([...Object.keys(old.files), ...Object.keys(code.files)]))
      if (old.files[name]?.object !== code.files[name]?.object) changed.add(name.slice(name.indexOf(":") + 1));
    const [packagesThen, packagesNow] = [packagesOf(old), packagesOf(code)];
    for (const name of new Set([...Object.keys(packagesThen), ...Object.keys(packagesNow)]))
      if (packagesThen[name] !== packagesNow[name])
        changed.add(`package ${name} ${packagesThen[name] ?? "none"} → ${packagesNow[name] ?? "none"}`);
  }
  return [...changed].sort();
}

async function codeByNode(
  { metadata, outcome }: Ran,
  nodes: readonly string[],
): Promise<ReadonlyMap<string, Artifact>> {
  const executions = outcome.nodes.flatMap(({ id, executionId }) =>
    nodes.includes(id.split("/")[0]!) && executionId !== null ? [[id, executionId as Id] as const] : [],
  );
  if (executions.length === 0) return new Map();
  const found = await metadata.read({ find: "executions", ids: executions.map(([, id]) => id) });
  const codeOf = new Map(
    found.map(({ id, properties }) => [
      id as string,
      (properties.code as { readonly artifact?: Id } | undefined)?.artifact,
    ]),
  );
  const ids = [...new Set([...codeOf.values()].filter((id) => id !== undefined))];
  const artifacts = ids.length === 0 ? [] : await metadata.read({ find: "artifacts", ids });
  const byId = new Map(artifacts.map((artifact) => [artifact.id as string, artifact]));
  return new Map(
    executions.flatMap(([node, execution]) => {
      const code = byId.get(codeOf.get(execution) ?? "");
      return code === undefined ? [] : [[node, code] as const];
    }),
  );
}

function packagesOf({ properties }: Artifact): Readonly<Record<string, string>> {
  return (properties.packages ?? {}) as Readonly<Record<string, string>>;
}
