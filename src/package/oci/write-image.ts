import { createHash } from "node:crypto";
import { canonicalJson, type JsonValue, type ModelFile, type RowScore } from "@millrace/program";
import type { CompiledFile } from "@millrace/program/compile";
import { billOfMaterials } from "../evidence/bill-of-materials.ts";
import { provenanceStatement, signedStatement } from "../evidence/provenance.ts";
import { datasetsOf, type VersionFacts } from "../evidence/version-facts.ts";
import { compileModel } from "../export/compile-model.ts";
import { goldenVectors } from "../golden/golden-vectors.ts";
import { runtimeHere } from "../runtime/compare-runtime.ts";
import type { TarEntry } from "../tar.ts";
import { readBaseImage } from "./base-image.ts";
import { buildStatic } from "./build-static.ts";
import { imageLayout } from "./image-layout.ts";
import { kubernetesManifests } from "./kubernetes.ts";
import { needsOnnxRuntime, runtimeEntries } from "./runtime-entries.ts";
import { serverScript } from "./server-script.ts";

export interface ImageRequest {
  readonly name: string;
  /** 0: no version is known. */
  readonly version: number;
  readonly file: ModelFile;
  /** The model file's bytes. */
  readonly bytes: Uint8Array;
  /** What a static program is without a base (default: an HTTP server). */
  readonly kind?: "server" | "filter";
  /** Folder of the OCI layout to build on, an image that has Node; without one, a static program stands alone. */
  readonly base?: string;
  readonly facts?: VersionFacts;
  /** An Ed25519 private key in PEM form, which signs the provenance. */
  readonly privateKeyPem?: string;
}

export interface ImageExport {
  /** `image/`: the layout; beside it what a cluster is told. */
  readonly files: readonly CompiledFile[];
  readonly usage: readonly string[];
  readonly kind: "server" | "filter";
  readonly tag: string;
}

const port = 8080;
const goldenRowCount = 64;

/**
 * An OCI image of a model without any daemon: an HTTP server (Open Inference Protocol) on a base that has Node (24 or later where the
 * program holds an ONNX graph, which onnxruntime then runs), or a static
 * server or filter on nothing. Bill of materials and provenance lie inside; their digests are annotations. Manifests for Kubernetes lie beside.
 *
 * Errors: PACKAGE_BASE_INVALID; those of `buildStatic` and `compileModel`; PACKAGE_KEY_INVALID.
 */
export async function writeImage(request: ImageRequest): Promise<ImageExport> {
  const { name, version, file, facts } = request;
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const options = { name, digest: file.digest, ...(version === 0 ? {} : { version }) };
  const tag = version === 0 ? name : `${name}-${version}`;
  const base = request.base === undefined ? undefined : await readBaseImage(request.base, architecture);
  const kind = base === undefined ? (request.kind ?? "server") : "server";
  const run = await (base === undefined ? staticEntries(kind, request, options) : serverEntries(request, options));
  const entries = [...run.entries, { path: "model/model.millrace", bytes: request.bytes }];
  const digests = new Map(entries.map(({ path, bytes }) => [path, sha256(bytes)]));
  const bill = json(
    billOfMaterials({
      name,
      version,
      content: file.digest,
      program: file.program,
      ...(file.card === undefined ? {} : { card: file.card }),
      datasets: facts === undefined ? [] : datasetsOf(facts),
      files: digests,
    }),
  );
  const statement = provenanceStatement(digests, file.digest, facts, bill);
  const provenance = json(
    request.privateKeyPem === undefined ? statement : signedStatement(statement, request.privateKeyPem),
  );
  const layout = imageLayout({
    architecture,
    ...(base === undefined ? {} : { base }),
    entries: [
      ...entries,
      { path: "model/sbom.cdx.json", bytes: bill },
      { path: "model/provenance.json", bytes: provenance },
    ],
    entrypoint: run.entrypoint,
    ...(kind === "server" ? { port } : {}),
    labels: {
      "org.opencontainers.image.title": name,
      "org.opencontainers.image.version": String(version),
      "millrace.content": file.digest,
      "millrace.kind": kind,
      "millrace.sbom": `sha256:${sha256(bill)}`,
      "millrace.provenance": `sha256:${sha256(provenance)}`,
    },
    tag,
  });
  const image = `REGISTRY/${name}:${version === 0 ? "latest" : version}`;
  const manifests = kubernetesManifests({ name, image, port: kind === "server" ? port : null });
  return {
    kind,
    tag,
    files: [
      ...[...layout].map(([path, content]) => ({ path: `image/${path}`, content })),
      ...[...manifests].map(([path, content]) => ({ path, content })),
      { path: "sbom.cdx.json", content: bill },
      { path: "provenance.json", content: provenance },
    ],
    usage: [
      `skopeo copy oci:image:${tag} docker://${image}`,
      ...[...manifests.keys()].map((path) => `kubectl apply -f ${path}`),
      ...(kind === "filter" ? [`podman run -i --rm ${image} < in.csv > out.csv`] : []),
    ],
  };
}

interface Run {
  readonly entries: readonly TarEntry[];
  readonly entrypoint: readonly string[];
}

type Options = Parameters<typeof buildStatic>[2];

async function staticEntries(kind: "server" | "filter", { file }: ImageRequest, options: Options): Promise<Run> {
  const { bytes } = await buildStatic(kind, file, options);
  return { entries: [{ path: "model/model", bytes, executable: true }], entrypoint: ["/model/model"] };
}

/** Where a program holds an ONNX graph, the interpreter stands in for generated code, and onnxruntime beside it. */
async function serverEntries({ file, name, version }: ImageRequest, options: Options): Promise<Run> {
  const text = new TextEncoder();
  const hasRuntime = needsOnnxRuntime(file.program);
  const code = hasRuntime ? await runtimeEntries() : generatedEntries(file, options);
  const { rows, scores } = goldenVectors(file.program, file.tensors, goldenRowCount);
  const facts = {
    name,
    version: String(version),
    content: file.digest,
    // The golden rows were scored by this process's Node.
    runtime: {
      node: process.versions.node,
      architecture: process.arch,
      ...(hasRuntime && { onnxruntime: (await runtimeHere(file.program)).onnxruntime }),
    },
    // onnxruntime's numbers are within rounding on another processor
    tolerance: hasRuntime ? 1e-6 : 0,
    golden: rows.map((row, k) => ({ row, scored: textsOf(scores[k]!) })),
  };
  return {
    entries: [
      ...code,
      { path: "model/server.mjs", bytes: text.encode(serverScript) },
      { path: "model/model.json", bytes: json(facts) },
    ],
    entrypoint: ["node", "/model/server.mjs"],
  };
}

function generatedEntries({ program, tensors }: ModelFile, options: Options): readonly TarEntry[] {
  const { files } = compileModel(program, tensors, "js", options);
  const { content } = files.find(({ path }) => path === "model.mjs")!;
  return [
    { path: "model/model.mjs", bytes: typeof content === "string" ? new TextEncoder().encode(content) : content },
  ];
}

/** As texts, since JSON has no infinities. */
function textsOf({ score, prediction }: RowScore) {
  return { score: String(score), prediction: String(prediction) };
}

function json(value: unknown): Uint8Array {
  return Buffer.from(canonicalJson(value as JsonValue), "utf8");
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
