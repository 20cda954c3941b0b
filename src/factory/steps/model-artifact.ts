import {
  canonicalJson,
  type Digest,
  decodeProgram,
  load,
  type Program,
  programDigest,
  type Scorer,
  signatureOf,
  type Tensors,
} from "@millrace/program";
import { compileScorer } from "@millrace/program/scorer";
import { encodeProgram } from "@millrace/program/write";
import { platformRuntimes } from "#kernel";
import type { InputArtifact } from "#pipeline";

/** The three files of a `model` artifact and their content digest. */
export function modelFiles(
  program: Program,
  tensors: Tensors,
): { readonly files: Record<string, Uint8Array>; readonly content: Digest } {
  const encoded = encodeProgram(program, tensors);
  const signature = canonicalJson(signatureOf(program));
  const text = new TextEncoder();
  return {
    files: {
      "program.json": text.encode(encoded.json),
      "tensors.bin": encoded.tensors,
      "signature.json": text.encode(signature),
    },
    content: programDigest(encoded.json, encoded.tensors, signature),
  };
}

/** A model artifact's program, as `load` takes it. */
export async function modelProgram(
  model: InputArtifact,
): Promise<{ readonly json: string; readonly bytes: Uint8Array }> {
  return { json: new TextDecoder().decode(await model.bytes("program.json")), bytes: await model.bytes("tensors.bin") };
}

/** What was learned or imported, without the fallback that the program holds as well. */
export async function ownProgram(model: InputArtifact): Promise<ReturnType<typeof decodeProgram>> {
  const part = model.record.files["own.program.json"] === undefined ? "" : "own.";
  const json = new TextDecoder().decode(await model.bytes(`${part}program.json`));
  return decodeProgram(json, await model.bytes(`${part}tensors.bin`));
}

/** The fallback that the program holds, where there is one. */
export async function fallbackProgram(model: InputArtifact): Promise<ReturnType<typeof decodeProgram> | undefined> {
  if (model.record.files["fallback.program.json"] === undefined) return undefined;
  const json = new TextDecoder().decode(await model.bytes("fallback.program.json"));
  return decodeProgram(json, await model.bytes("fallback.tensors.bin"));
}

/** Making code of a large model takes about a second, which so many rows bring back. */
const worthCompiling = 30_000;

/** A model artifact's program made ready for so many rows; both ways give the same bits. */
export async function scorerOf(model: InputArtifact, rows: number): Promise<Scorer> {
  const source = await modelProgram(model);
  return rows < worthCompiling ? load(source, platformRuntimes) : compileScorer(source, platformRuntimes);
}
