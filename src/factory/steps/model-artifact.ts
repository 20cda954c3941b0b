import { canonicalJson, type Digest, type Program, programDigest, signatureOf, type Tensors } from "@millrace/program";
import { encodeProgram } from "@millrace/program/write";
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
