import { type Digest, isObject, type JsonObject } from "../json.ts";
import type { Program, Tensors } from "../model.ts";
import { fail } from "../validate.ts";
import { canonicalJson } from "./canonical-json.ts";
import { decodeProgram, encodeProgram, parseCanonical } from "./encode.ts";
import { sha256 } from "./sha256.ts";
import { programDigest, signatureOf } from "./signature.ts";
import { invalid, readZip, writeZip } from "./zip.ts";

/** What a model file is made of; card, parity, fallback and seal are evidence beside the content. */
export interface ModelFileParts {
  readonly program: Program;
  readonly tensors: Tensors;
  readonly card?: JsonObject;
  readonly parity?: JsonObject;
  readonly seal?: JsonObject;
  /** Where the program holds a fallback as well: what tells the two apart (`fallbackPart`). */
  readonly fallback?: JsonObject;
  /** Name and version of the writer, for people. */
  readonly producer?: string;
}

export interface ModelFile extends ModelFileParts {
  readonly json: string;
  readonly tensorBytes: Uint8Array;
  readonly signature: JsonObject;
  readonly manifest: JsonObject;
  /** The content digest: program, tensors and signature. */
  readonly digest: Digest;
}

/**
 * A `*.millrace` file: one zip of stored entries with fixed dates, so that the same parts give the same bytes.
 *
 * Errors: those of `validateProgram`; PROGRAM_JSON_INVALID: a card or parity report that JSON cannot carry.
 */
export function writeModelFile(parts: ModelFileParts): Uint8Array {
  const { json, tensors } = encodeProgram(parts.program, parts.tensors);
  const signature = canonicalJson(signatureOf(parts.program));
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array>([
    ["program.json", encoder.encode(json)],
    ["tensors.bin", tensors],
    ["signature.json", encoder.encode(signature)],
  ]);
  for (const name of ["card", "parity", "fallback"] as const)
    if (parts[name] !== undefined) files.set(`${name}.json`, encoder.encode(canonicalJson(parts[name])));
  const digests: Record<string, string> = {};
  for (const [name, bytes] of files) digests[name] = `sha256:${sha256(bytes)}`;
  const manifest = {
    format: 1,
    digest: programDigest(json, tensors, signature),
    files: digests,
    ...(parts.producer === undefined ? {} : { producer: parts.producer }),
  };
  files.set("manifest.json", encoder.encode(canonicalJson(manifest)));
  if (parts.seal !== undefined) files.set("seal.json", encoder.encode(canonicalJson(parts.seal)));
  return writeZip(files);
}

/**
 * The parts of a `*.millrace` file, checked whole: zip, digests, program, signature. A seal is returned, not verified.
 *
 * Errors: PROGRAM_FORMAT_UNKNOWN: a file of a later version; PROGRAM_FILE_INVALID: a part that is absent, unknown, or has another digest; and those
 * of `decodeProgram`.
 */
export function readModelFile(bytes: Uint8Array): ModelFile {
  const files = readZip(bytes);
  const manifest = object(files, "manifest.json");
  if (manifest === undefined) throw invalid("The model file lacks a part");
  // before its parts, which may be others
  if (manifest.format !== 1)
    throw fail("PROGRAM_FORMAT_UNKNOWN", `The model file has format ${manifest.format}; only 1 is known`);
  for (const name of files.keys())
    if (!/^((program|signature|card|parity|fallback|manifest|seal).json|tensors.bin)$/.test(name))
      throw invalid(`The model file has the unknown part "${name}"`);
  const digests = (manifest.files ?? {}) as JsonObject;
  for (const [name, content] of files)
    if (
      name !== "manifest.json" &&
      name !== "seal.json" &&
      (!Object.hasOwn(digests, name) || digests[name] !== `sha256:${sha256(content)}`)
    )
      throw invalid(`The part "${name}" has another digest`);
  for (const name of Object.keys(digests)) if (!files.has(name)) throw invalid(`The part "${name}" is absent`);
  const json = textOf(files, "program.json");
  const tensorBytes = files.get("tensors.bin");
  const signature = object(files, "signature.json");
  if (json === undefined || tensorBytes === undefined || signature === undefined)
    throw invalid("The model file lacks a part");
  const { program, tensors } = decodeProgram(json, tensorBytes);
  const signatureJson = canonicalJson(signature);
  if (signatureJson !== canonicalJson(signatureOf(program))) throw invalid("The signature is not that of the program");
  const digest = programDigest(json, tensorBytes, signatureJson);
  if (manifest.digest !== digest) throw invalid("The content has another digest");
  return {
    program,
    tensors,
    json,
    tensorBytes,
    signature,
    manifest,
    digest,
    ...Object.fromEntries(
      ["card", "parity", "fallback", "seal"].flatMap((name) =>
        files.has(`${name}.json`) ? [[name, object(files, `${name}.json`)]] : [],
      ),
    ),
    ...(typeof manifest.producer === "string" ? { producer: manifest.producer } : {}),
  };
}

function textOf(files: ReadonlyMap<string, Uint8Array>, name: string): string | undefined {
  const bytes = files.get(name);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid(`The part "${name}" is not UTF-8`);
  }
}

function object(files: ReadonlyMap<string, Uint8Array>, name: string): JsonObject | undefined {
  const text = textOf(files, name);
  if (text === undefined) return undefined;
  const value = parseCanonical(text);
  if (!isObject(value)) throw invalid(`The part "${name}" is not an object`);
  return value;
}
