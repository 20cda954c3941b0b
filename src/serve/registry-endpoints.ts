import {
  canonicalJson,
  type Digest,
  extraOutputs,
  type JsonObject,
  type JsonValue,
  type Program,
  ProgramError,
  programDigest,
  readModelFile,
  signatureOf,
} from "@millrace/program";
import { type Explainer, explain } from "@millrace/program/explain";
import { splitFallback } from "@millrace/program/import";
import { compileScorer } from "@millrace/program/scorer";
import { encodeProgram } from "@millrace/program/write";
import { type Artifact, type MetadataStore, MillraceError, type ObjectStore, platformRuntimes } from "#kernel";
import {
  checkStoredVectors,
  compareRuntime,
  type Runtime,
  type RuntimePolicy,
  type RuntimeVerdict,
  readRuntime,
  runtimeDifferences,
  runtimeHere,
  verifiedRuntimes,
} from "#package";
import { desiredDeployments, resolveModel } from "#registry";
import type { EndpointSource, InputRow, ServedExplanation, ServedModel } from "./model.ts";
import { withFallback } from "./with-fallback.ts";

/**
 * Endpoints as the registry's deployments state them, and their models from the object store, verified against the content
 * digest that was registered.
 *
 * Shapes: a model's artifact holds `program.json` and `tensors.bin`, or one `*.millrace` file.
 * Errors: of `load`: SERVE_RUNTIME_DIFFERS: where the policy is to refuse; SERVE_MODEL_UNREADABLE, REGISTRY_VERSION_UNKNOWN, REGISTRY_MODEL_UNKNOWN.
 */
export function registryEndpoints(
  stores: { readonly metadata: MetadataStore; readonly objects: ObjectStore },
  policy: RuntimePolicy = "warn",
): EndpointSource {
  return {
    wanted: () => desiredDeployments(stores),
    load: async (model, version) => {
      const resolved = await resolveModel(stores, `${model}:${version}`);
      const { artifactId, content } = resolved.version;
      const [artifact] = await stores.metadata.read({ find: "artifacts", ids: [artifactId as Artifact["id"]] });
      if (artifact === undefined) throw unreadable(model, version, `its artifact ${artifactId} is not recorded`);
      const found = await readProgram(stores.objects, artifact, "");
      if (found === undefined) throw unreadable(model, version, "its artifact holds no program");
      const served = servedModel(model, version, found.json, found.bytes, found.background);
      if (served.content !== content)
        throw unreadable(model, version, "its program is not the one that was registered");
      const here = await runtimeHere(served.program);
      const runtime = compareRuntime(here, await verifiedRuntimes(stores.metadata, resolved.version));
      refuseDifference(served, runtime, policy);
      return { ...(await fallbackOf(stores.objects, artifact, served)), runtime };
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

/**
 * A program made ready to be served under a name and version. `background` are rows to explain it beside, where it needs some.
 *
 * Errors: those of `load` of @millrace/program.
 */
export function servedModel(
  name: string,
  version: number,
  json: string,
  bytes: Uint8Array,
  background?: readonly JsonObject[],
): ServedModel & { readonly program: Program } {
  const scorer = compileScorer({ json, bytes }, platformRuntimes);
  const { inputs, outputs } = scorer.program;
  return {
    name,
    version,
    content: programDigest(json, bytes, canonicalJson(signatureOf(scorer.program))),
    task: outputs.task,
    inputs,
    classes: outputs.classes ?? [],
    program: scorer.program,
    extras: extraOutputs(scorer.program.outputs),
    check: scorer.check,
    score: scorer.score,
    explain: explainerOf(`${name}:${version}`, { json, bytes }, background),
  };
}

/**
 * The model of a `*.millrace` file's bytes, after it scored the golden rows that the file keeps; with its fallback apart,
 * where the file says which that is.
 *
 * `verified` are the runtimes that are on record of it; without them, what the file says it was made on.
 * Errors: SERVE_RUNTIME_DIFFERS; those of `readModelFile` of @millrace/program.
 */
export async function servedModelFile(
  name: string,
  version: number,
  bytes: Uint8Array,
  policy: RuntimePolicy = "warn",
  verified?: readonly Runtime[],
): Promise<ServedModel> {
  const file = readModelFile(bytes);
  const served = servedModel(name, version, file.json, file.tensorBytes, rowsOf(file.card?.background));
  if (checkStoredVectors(file, served.score)?.ok === false)
    throw differs(served, "it scores the golden rows that the file keeps otherwise");
  const own = readRuntime(file.parity?.runtime);
  const known = verified ?? (own === undefined ? [] : [own]);
  const runtime = compareRuntime(await runtimeHere(served.program), known);
  refuseDifference(served, runtime, policy);
  if (file.fallback === undefined) return { ...served, runtime };
  const parts = splitFallback(file, file.fallback);
  const part = ({ program, tensors }: typeof parts.own, background?: readonly JsonObject[]) => {
    const encoded = encodeProgram(program, tensors);
    return servedModel(name, version, encoded.json, encoded.tensors, background);
  };
  return {
    ...withFallback(served, part(parts.own, rowsOf(file.card?.background)), part(parts.fallback)),
    runtime,
  };
}

/** Made when it is first asked for. */
function explainerOf(
  named: string,
  source: { readonly json: string; readonly bytes: Uint8Array },
  background?: readonly JsonObject[],
) {
  let explainer: Explainer | undefined;
  return (row: InputRow): ServedExplanation => {
    try {
      explainer ??= explain(source, { external: platformRuntimes, ...(background !== undefined && { background }) });
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      throw new MillraceError("SERVE_EXPLANATION_IMPOSSIBLE", {
        message: `${named} cannot explain its scores: ${error.message}`,
        next: "Train with `learn: { explanations: true }`, or send the request without `explain`.",
        facts: { model: named, reason: error.code },
        cause: error,
      });
    }
    return { method: explainer.method, ...explainer.explain(row) };
  };
}

function refuseDifference(model: ServedModel, runtime: RuntimeVerdict, policy: RuntimePolicy): void {
  if (policy !== "refuse") return;
  if (runtime.verified === null) throw differs(model, "nothing says what it was verified on");
  if (runtime.differences.length > 0) throw differs(model, runtimeDifferences(runtime));
}

function differs({ name, version }: ServedModel, how: string): MillraceError {
  const named = version === 0 ? name : `${name}:${version}`;
  return new MillraceError("SERVE_RUNTIME_DIFFERS", {
    message: `${named} is not served on this runtime: ${how}.`,
    // what is verified of a file is on no record
    next:
      version === 0
        ? "Serve the file on that runtime; or serve it here with `--runtime warn`."
        : `Verify it here: \`millrace model verify ${named}\`; or serve it with \`--runtime warn\`.`,
    facts: { model: name, version },
  });
}

/** The model with its fallback apart, where the artifact holds both parts of a program. */
async function fallbackOf(objects: ObjectStore, artifact: Artifact, whole: ServedModel): Promise<ServedModel> {
  const [own, other] = [
    await readProgram(objects, artifact, "own."),
    await readProgram(objects, artifact, "fallback."),
  ];
  if (own === undefined || other === undefined) return whole;
  const { name, version } = whole;
  return withFallback(
    whole,
    servedModel(name, version, own.json, own.bytes, await readBackground(objects, artifact)),
    servedModel(name, version, other.json, other.bytes),
  );
}

async function readProgram(
  objects: ObjectStore,
  artifact: Artifact,
  part: "" | "own." | "fallback.",
): Promise<
  { readonly json: string; readonly bytes: Uint8Array; readonly background?: readonly JsonObject[] } | undefined
> {
  const get = async (object: Digest) => objects.get(object);
  const json = artifact.files[`${part}program.json`];
  const tensors = artifact.files[`${part}tensors.bin`];
  if (json !== undefined && tensors !== undefined)
    return {
      json: new TextDecoder().decode(await get(json.object)),
      bytes: await get(tensors.object),
      ...given(part === "" ? await readBackground(objects, artifact) : undefined),
    };
  const name = part === "" ? Object.keys(artifact.files).find((one) => one.endsWith(".millrace")) : undefined;
  if (name === undefined) return undefined;
  const file = readModelFile(await get(artifact.files[name]!.object));
  return { json: file.json, bytes: file.tensorBytes, ...given(rowsOf(file.card?.background)) };
}

const given = (background: readonly JsonObject[] | undefined) => (background === undefined ? {} : { background });

/** Rows beside which the model can be explained, where training kept some. */
async function readBackground(objects: ObjectStore, { files }: Artifact): Promise<readonly JsonObject[] | undefined> {
  const file = files["background.json"];
  return file === undefined ? undefined : rowsOf(JSON.parse(new TextDecoder().decode(await objects.get(file.object))));
}

/** Rows as a file or card keeps them; `undefined`: it holds no such rows. */
function rowsOf(value: JsonValue | undefined): readonly JsonObject[] | undefined {
  const isRow = (row: JsonValue): row is JsonObject => typeof row === "object" && row !== null && !Array.isArray(row);
  return Array.isArray(value) && value.every(isRow) ? value : undefined;
}

function unreadable(model: string, version: number, why: string): MillraceError {
  return new MillraceError("SERVE_MODEL_UNREADABLE", {
    message: `${model}:${version} cannot be loaded: ${why}.`,
    next: `Check it with \`millrace model verify ${model}:${version}\`.`,
    facts: { model, version },
  });
}
