import { decodeProgram, type JsonObject, load, readModelFile, type Scorer } from "@millrace/program";
import { fallbackPart } from "@millrace/program/import";
import { writeModelFile } from "@millrace/program/write";
import { type Artifact, type Id, invariant, MillraceError, platformRuntimes } from "#kernel";
import { goldenParity, verifiedRuntimes } from "#package";
import { type InputArtifact, inputArtifact } from "#pipeline";
import type { ModelVersion } from "#registry";
import type { AssumptionResult } from "#validate";
import type { Project } from "./open-project.ts";
import { fallbackProgram, modelProgram, ownProgram } from "./steps/model-artifact.ts";

type DecodedProgram = ReturnType<typeof decodeProgram>;
type Stores = Pick<Project, "metadata" | "objects">;

/** The artifacts of the run that registered a version, by step and output: `evaluate/evaluation`. */
export async function versionEvidence(
  stores: Stores,
  version: ModelVersion,
): Promise<ReadonlyMap<string, InputArtifact>> {
  if (version.runId === null) return new Map();
  const executions = await stores.metadata.read({ find: "executions", contextId: version.runId as Id });
  const ids = executions.flatMap(({ type, properties }) =>
    Object.entries((properties.outputs ?? {}) as Record<string, Id>).map(
      ([output, id]) => [`${type}/${output}`, id] as const,
    ),
  );
  const artifacts = await stores.metadata.read({ find: "artifacts", ids: ids.map(([, id]) => id) });
  const byId = new Map(artifacts.map((artifact) => [artifact.id as string, artifact]));
  return new Map(
    ids.flatMap(([name, id]) => {
      const artifact = byId.get(id);
      return artifact === undefined ? [] : [[name, inputArtifact(artifact, stores.objects)] as const];
    }),
  );
}

/** What was written down of the data that the version was made from, and whether it held. */
export async function assumptionsOf(stores: Stores, version: ModelVersion): Promise<readonly AssumptionResult[]> {
  const anomalies = (await versionEvidence(stores, version)).get("validate/anomalies");
  return (await anomalies?.json<{ readonly assumptions: readonly AssumptionResult[] }>())?.assumptions ?? [];
}

/** One piece of evidence, or FACTORY_EVIDENCE_MISSING. */
export async function evidenceOf(stores: Stores, version: ModelVersion, name: string): Promise<InputArtifact> {
  const found = (await versionEvidence(stores, version)).get(name);
  if (found !== undefined) return found;
  throw new MillraceError("FACTORY_EVIDENCE_MISSING", {
    message: `${version.model}:${version.version} has no ${name.split("/")[1]} on record.`,
    next: "Show what its run recorded: `millrace runs show`.",
    facts: { model: version.model, version: version.version, evidence: name },
  });
}

/** A version's model artifact. */
export async function modelArtifactOf(stores: Stores, version: ModelVersion): Promise<InputArtifact> {
  const [artifact] = await stores.metadata.read({ find: "artifacts", ids: [version.artifactId as Artifact["id"]] });
  invariant(
    artifact !== undefined,
    `The artifact ${version.artifactId} of ${version.model}:${version.version} is not recorded.`,
  );
  return inputArtifact(artifact, stores.objects);
}

/** A version's program, ready to score. */
export async function scorerOf(stores: Stores, version: ModelVersion): Promise<Scorer> {
  return load(await modelProgram(await modelArtifactOf(stores, version)), platformRuntimes);
}

/** What a version was learned or imported as, without the fallback that its program holds as well. */
export async function ownProgramOf(stores: Stores, version: ModelVersion): Promise<DecodedProgram> {
  return ownProgram(await modelArtifactOf(stores, version));
}

/** A version as one `*.millrace` file, with its card where one is on record. */
export async function exportModelFile(stores: Stores, version: ModelVersion): Promise<Uint8Array> {
  const artifact = await modelArtifactOf(stores, version);
  const { json, bytes: tensorBytes } = await modelProgram(artifact);
  const { program, tensors } = decodeProgram(json, tensorBytes);
  const fallback = await fallbackProgram(artifact);
  const evidence = (await versionEvidence(stores, version)).get("card/card");
  const card = await evidence?.json();
  // Versions made before golden vectors were stored get those of now.
  const parity = (await storedParity(evidence)) ?? goldenParity(program, tensors);
  const made = (await verifiedRuntimes(stores.metadata, version)).at(-1);
  const bytes = writeModelFile({
    program,
    tensors,
    parity: made === undefined ? parity : { ...parity, runtime: made },
    producer: "millrace 0.1.0",
    ...(card === undefined ? {} : { card: card as never }),
    ...(fallback === undefined ? {} : { fallback: fallbackPart(await ownProgram(artifact), fallback) }),
  });
  invariant(
    readModelFile(bytes).digest === version.content,
    `The export of ${version.model}:${version.version} is not what was registered.`,
  );
  return bytes;
}

async function storedParity(card: InputArtifact | undefined): Promise<JsonObject | undefined> {
  if (card?.record.files["parity.json"] === undefined) return undefined;
  return JSON.parse(new TextDecoder().decode(await card.bytes("parity.json"))) as JsonObject;
}
