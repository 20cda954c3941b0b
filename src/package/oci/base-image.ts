import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "@millrace/program";
import { MillraceError } from "#kernel";

/** An image that another is built on. */
export interface BaseImage {
  readonly config: JsonObject;
  readonly layers: readonly JsonObject[];
  readonly diffIds: readonly string[];
  /** Its layers' bytes by SHA-256. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

/**
 * The image of an OCI layout on disk (as `skopeo copy docker://node:24-slim oci:base` writes it), for one architecture.
 *
 * Errors: PACKAGE_BASE_INVALID: when the folder is no layout, has no image for that architecture, or a blob is not what its
 * digest says.
 */
export async function readBaseImage(folder: string, architecture: string): Promise<BaseImage> {
  const blob = (digest: unknown) => readBlob(folder, digest);
  const index = await readJson(join(folder, "index.json"), folder);
  const manifest = await findManifest(index, architecture, blob, folder);
  const config = parse(await blob((manifest.config as JsonObject | undefined)?.digest), folder);
  if (typeof config.architecture === "string" && config.architecture !== architecture)
    throw invalid(folder, `is of the architecture ${config.architecture}, not ${architecture}`);
  const layers = (manifest.layers ?? []) as readonly JsonObject[];
  const blobs = new Map<string, Uint8Array>();
  for (const { digest } of layers) blobs.set(String(digest).slice("sha256:".length), await blob(digest));
  const rootfs = config.rootfs as { readonly diff_ids?: readonly string[] } | undefined;
  if (rootfs?.diff_ids?.length !== layers.length) throw invalid(folder, "has a config that does not fit its layers");
  return { config, layers, diffIds: rootfs.diff_ids, blobs };
}

async function findManifest(
  index: JsonObject,
  architecture: string,
  blob: (digest: unknown) => Promise<Uint8Array>,
  folder: string,
  depth = 0,
): Promise<JsonObject> {
  const listed = (index.manifests ?? []) as readonly JsonObject[];
  const fits = ({ platform }: JsonObject) => {
    const own = platform as { readonly architecture?: string; readonly os?: string } | undefined;
    return own === undefined || (own.architecture === architecture && own.os === "linux");
  };
  const found = listed.find(fits);
  if (found === undefined || depth > 3) throw invalid(folder, `has no image for linux/${architecture}`);
  const manifest = parse(await blob(found.digest), folder);
  return manifest.manifests === undefined ? manifest : findManifest(manifest, architecture, blob, folder, depth + 1);
}

async function readBlob(folder: string, digest: unknown): Promise<Uint8Array> {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(String(digest))?.[1];
  if (hex === undefined) throw invalid(folder, "names a blob by something else than a SHA-256");
  const bytes = await read(join(folder, "blobs", "sha256", hex), folder);
  if (createHash("sha256").update(bytes).digest("hex") !== hex)
    throw invalid(folder, `has a blob that is not sha256:${hex}`);
  return bytes;
}

async function readJson(path: string, folder: string): Promise<JsonObject> {
  return parse(await read(path, folder), folder);
}

async function read(path: string, folder: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw invalid(folder, `has no readable ${path} (${(error as NodeJS.ErrnoException).code})`);
  }
}

function parse(bytes: Uint8Array, folder: string): JsonObject {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    throw invalid(folder, "has a part that is not JSON");
  }
  throw invalid(folder, "has a part that is not a JSON object");
}

function invalid(folder: string, problem: string): MillraceError {
  return new MillraceError("PACKAGE_BASE_INVALID", {
    message: `The base image ${folder} ${problem}.`,
    next: "Give --base the folder of an OCI image layout: skopeo copy docker://node:24-slim oci:base",
    facts: { folder },
  });
}
