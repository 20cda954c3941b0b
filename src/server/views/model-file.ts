import { decodeProgram } from "@millrace/program";
import { writeModelFile } from "@millrace/program/write";
import { type Id, type MetadataStore, MillraceError, type ObjectStore } from "#kernel";
import type { ModelVersion } from "#registry";

/** The version as a `.millrace` file. Errors: SERVER_FILE_MISSING: when its artifact or a part of it is not there. */
export async function modelFile(
  stores: { readonly metadata: MetadataStore; readonly objects: ObjectStore },
  version: ModelVersion,
): Promise<Uint8Array<ArrayBuffer>> {
  const [artifact] = await stores.metadata.read({ find: "artifacts", ids: [version.artifactId as Id<"art">] });
  const program = artifact?.files["program.json"];
  const tensors = artifact?.files["tensors.bin"];
  if (program === undefined || tensors === undefined)
    throw new MillraceError("SERVER_FILE_MISSING", {
      message: `${version.model}:${version.version} has no program to give as a file.`,
      next: "Run the pipeline again that makes it.",
      facts: { model: version.model, version: version.version },
    });
  const [json, bytes] = await Promise.all([stores.objects.get(program.object), stores.objects.get(tensors.object)]);
  const parts = decodeProgram(new TextDecoder().decode(json), bytes);
  return new Uint8Array(writeModelFile({ ...parts, producer: "millrace" }));
}
