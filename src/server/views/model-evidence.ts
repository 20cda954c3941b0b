import type { JsonValue } from "@millrace/program";
import type { Artifact, Id, MetadataStore, ObjectStore } from "#kernel";
import type { ModelVersion } from "#registry";
import type { RunDetailView } from "../schemas/runs.ts";
import { readJson, smallValue } from "./artifact-detail.ts";

/** What was recorded about a version: the values of the JSON artifacts of its run, by kind of evidence. */
export interface Evidence {
  readonly model: Artifact | null;
  readonly values: Readonly<Record<EvidenceKind, JsonValue>>;
  readonly artifactIds: Readonly<Record<string, string>>;
  readonly program: JsonValue;
}

/** Kinds of evidence, and the artifact type that holds each. */
const kinds = {
  evaluation: "evaluation",
  training: "training",
  guardrails: "guardrails",
  gate: "verdict",
  card: "card",
  anomalies: "anomalies",
} as const satisfies Record<string, string>;

export type EvidenceKind = keyof typeof kinds;

export async function readEvidence(
  stores: { readonly metadata: MetadataStore; readonly objects: ObjectStore },
  version: ModelVersion,
  run: RunDetailView | null,
): Promise<Evidence> {
  const { metadata, objects } = stores;
  const [model] = await metadata.read({ find: "artifacts", ids: [version.artifactId as Id<"art">] });
  const near = run === null ? [] : nearestFirst(run, version.artifactId);
  const chosen = new Map<EvidenceKind, string>();
  for (const [kind, type] of Object.entries(kinds) as [EvidenceKind, string][]) {
    const found = near.find((ref) => ref.type === type);
    if (found !== undefined) chosen.set(kind, found.id);
  }
  const ids = [...new Set(chosen.values())] as Id<"art">[];
  const artifacts = ids.length === 0 ? [] : await metadata.read({ find: "artifacts", ids });
  const values = await Promise.all(
    (Object.keys(kinds) as EvidenceKind[]).map(async (kind) => {
      const artifact = artifacts.find((one) => one.id === chosen.get(kind));
      return [kind, artifact === undefined ? null : (await smallValue(objects, artifact)).value] as const;
    }),
  );
  const hasProgram = model?.files["program.json"] !== undefined;
  return {
    model: model ?? null,
    values: Object.fromEntries(values) as Record<EvidenceKind, JsonValue>,
    artifactIds: Object.fromEntries([["model", version.artifactId], ...chosen]),
    program: model !== undefined && hasProgram ? await readJson(objects, model, "program.json") : null,
  };
}

/**
 * The run's artifacts, those nearest to the model first: made beside it, then made from it step by step, then the rest.
 * A run may hold several evaluations (of a baseline, of the champion); the model's own are those made from it.
 */
function nearestFirst(run: RunDetailView, modelId: string) {
  const maker = run.nodes.find((node) => node.outputs.some((ref) => ref.id === modelId));
  const ordered = new Map<string, RunDetailView["nodes"][number]["outputs"][number]>();
  const take = (node: RunDetailView["nodes"][number]) => {
    for (const ref of node.outputs) if (!ordered.has(ref.id)) ordered.set(ref.id, ref);
  };
  if (maker !== undefined) take(maker);
  const known = new Set([modelId]);
  for (let found = true; found; ) {
    const readers = run.nodes.filter(
      (node) => node.outputs.some((ref) => !known.has(ref.id)) && node.inputs.some((ref) => known.has(ref.id)),
    );
    found = readers.length > 0;
    for (const node of readers) {
      take(node);
      for (const ref of node.outputs) known.add(ref.id);
    }
  }
  for (const node of [...run.nodes].reverse()) take(node);
  return [...ordered.values()];
}
