import { createHash, hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { canonicalJson, type Digest, type JsonValue } from "@millrace/program";
import { MillraceError } from "./errors/millrace-error.ts";

/** The sha-256 of bytes or of a text's UTF-8 bytes, as `sha256:<hex>`. */
export function digestBytes(bytes: Uint8Array | string): Digest {
  return `sha256:${hash("sha256", bytes, "hex")}`;
}

/** The sha-256 of a value's canonical JSON (RFC 8785). */
export function digestJson(value: JsonValue): Digest {
  return digestBytes(canonicalJson(value));
}

/**
 * The sha-256 of a file, read as a stream.
 *
 * Errors: KERNEL_FILE_MISSING: when there is no such file.
 */
export async function digestFile(path: string): Promise<Digest> {
  const running = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) running.update(chunk as Uint8Array);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new MillraceError("KERNEL_FILE_MISSING", {
      message: `There is no file ${path}.`,
      next: "Check the path of the file.",
      facts: { path },
      cause: error,
    });
  }
  return `sha256:${running.digest("hex")}`;
}
