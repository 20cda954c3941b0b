import { canonicalJson, type Digest, programDigest, readModelFile, signatureOf } from "@millrace/program";
import { compileScorer } from "@millrace/program/scorer";
import { type Artifact, type MetadataStore, MillraceError, type ObjectStore, platformRuntimes } from "#kernel";
import { desiredDeployments, resolveModel } from "#registry";
import type { EndpointSource, ServedModel } from "./model.ts";

/**
 * Endpoints as the registry's deployments state them, and their models from the object store, verified against the content
 * digest that was registered.
 *
 * Shapes: a model's artifact holds `program.json` and `tensors.bin`, or one `*.millrace` file.
 * Errors: of `load`: SERVE_MODEL_UNREADABLE, REGISTRY_VERSION_UNKNOWN, REGISTRY_MODEL_UNKNOWN.
 */
export function registryEndpoints(stores: {
  readonly metadata: MetadataStore;
  readonly objects: ObjectStore;
}): EndpointSource {
  return {
    wanted: () => desiredDeployments(stores),
    load: async (model, version) => {
      const resolved = await resolveModel(stores, `${model}:${version}`);
      const { artifactId, content } = resolved.version;
      const [artifact] = await stores.metadata.read({ find: "artifacts", ids: [artifactId as Artifact["id"]] });
      if (artifact === undefined) throw unreadable(model, version, `its artifact ${artifactId} is not recorded`);
      const found = await readProgram(stores.objects, artifact);
      if (found === undefined) throw unreadable(model, version, "its artifact holds no program");
      const served = servedModel(model, version, found.json, found.bytes);
      if (served.content !== content)
        throw unreadable(model, version, "its program is not the one that was registered");
      return served;
    },
  };
}

/**
 * Endpoints that never change: each serves one model.
 *
 * ```ts
 * fixedEndpoints([servedModel("churn", 1, json, bytes)]); // the endpoint "churn"
 * ```
 */
export function fixedEndpoints(models: readonly ServedModel[]): EndpointSource {
  return {
    wanted: async () =>
      models.map(({ name, version, content }) => ({
        endpoint: name,
        model: name,
        routes: [{ version, weight: 1 }],
        shadow: null,
        revision: content,
      })),
    load: async (name, version) => {
      const found = models.find((model) => model.name === name && model.version === version);
      if (found === undefined) throw unreadable(name, version, "it was not given to the server");
      return found;
    },
  };
}

/** A program made ready to be served under a name and version. Errors: those of `load` of @millrace/program. */
export function servedModel(name: string, version: number, json: string, bytes: Uint8Array): ServedModel {
  const scorer = compileScorer({ json, bytes }, platformRuntimes);
  const { inputs, outputs } = scorer.program;
  return {
    name,
    version,
    content: programDigest(json, bytes, canonicalJson(signatureOf(scorer.program))),
    task: outputs.task,
    inputs,
    classes: outputs.classes ?? [],
    check: scorer.check,
    score: scorer.score,
  };
}

/** The model of a `*.millrace` file's bytes. Errors: those of `readModelFile` of @millrace/program. */
export function servedModelFile(name: string, version: number, file: Uint8Array): ServedModel {
  const { json, tensorBytes } = readModelFile(file);
  return servedModel(name, version, json, tensorBytes);
}

async function readProgram(
  objects: ObjectStore,
  artifact: Artifact,
): Promise<{ readonly json: string; readonly bytes: Uint8Array } | undefined> {
  const get = async (object: Digest) => objects.get(object);
  const json = artifact.files["program.json"];
  const tensors = artifact.files["tensors.bin"];
  if (json !== undefined && tensors !== undefined)
    return { json: new TextDecoder().decode(await get(json.object)), bytes: await get(tensors.object) };
  const name = Object.keys(artifact.files).find((one) => one.endsWith(".millrace"));
  if (name === undefined) return undefined;
  const file = readModelFile(await get(artifact.files[name]!.object));
  return { json: file.json, bytes: file.tensorBytes };
}

function unreadable(model: string, version: number, why: string): MillraceError {
  return new MillraceError("SERVE_MODEL_UNREADABLE", {
    message: `${model}:${version} cannot be loaded: ${why}.`,
    next: `Check it with \`millrace model verify ${model}:${version}\`.`,
    facts: { model, version },
  });
}
