import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Digest, JsonValue } from "@millrace/program";
import { digestFile } from "#kernel";
import type { SourceFile, SourcePlace } from "../model.ts";
import { cacheFolder, type FoundFile, findFiles } from "./find-files.ts";
import { findImages } from "./images.ts";
import { postgresWatermark } from "./postgres.ts";
import { resolveSource, type SourceRef } from "./source-schema.ts";

/**
 * What changes when a source's content does, as JSON: the files with their digests and sizes, or the digest of a table's rows.
 *
 * A file is read again only when its size or times changed since the last look; the digests are kept in the project's cache.
 * Errors: those of finding and opening the source.
 */
export async function sourceWatermark(source: SourceRef, place: SourcePlace): Promise<JsonValue> {
  const resolved = resolveSource(source);
  if (resolved.kind === "postgres") return { rows: await postgresWatermark(resolved) };
  if (resolved.kind === "sqlite") {
    const path = resolve(place.project, resolved.path);
    const files: FoundFile[] = [{ path, name: resolved.path }];
    const wal = await stat(`${path}-wal`).catch(() => undefined);
    if (wal !== undefined && wal.size > 0) files.push({ path: `${path}-wal`, name: `${resolved.path}-wal` });
    if ((await stat(path).catch(() => undefined)) === undefined) await findFiles(resolved.path, place, Infinity);
    return { files: (await digestFiles(files, place)) as unknown as JsonValue };
  }
  const files =
    resolved.kind === "images"
      ? await findImages(resolved, place)
      : await findFiles(resolved.path, place, resolved.maxBytes);
  return { files: (await digestFiles(files, place)) as unknown as JsonValue };
}

interface KeptDigest {
  readonly stamp: string;
  readonly digest: Digest;
}

/** A file changed this shortly ago may change again within one tick of its time stamp, so its digest is not kept. */
const YOUNG_MS = 2000;

/** Digests of files, from the cache where size and times are as they were. */
export async function digestFiles(files: readonly FoundFile[], place: SourcePlace): Promise<SourceFile[]> {
  const record = join(cacheFolder(place), "file-digests.json");
  const kept = await readFile(record, "utf8")
    .then((text) => new Map(Object.entries(JSON.parse(text) as Record<string, KeptDigest>)))
    .catch(() => new Map<string, KeptDigest>());
  let fresh = 0;
  const found: SourceFile[] = [];
  for (const file of files) {
    const facts = await stat(file.path, { bigint: true });
    const stamp = `${facts.size}:${facts.mtimeNs}:${facts.ctimeNs}:${facts.ino}`;
    const before = kept.get(file.path);
    const digest = before?.stamp === stamp ? before.digest : await digestFile(file.path);
    if (before?.stamp !== stamp && Date.now() - Number(facts.mtimeMs) > YOUNG_MS) {
      kept.set(file.path, { stamp, digest });
      fresh++;
    }
    found.push({ path: file.name, digest, sizeBytes: Number(facts.size) });
  }
  if (fresh > 0) await keep(record, kept);
  return found;
}

/** The cache only saves time: where it cannot be written, the next look reads the files again. */
async function keep(record: string, kept: ReadonlyMap<string, KeptDigest>): Promise<void> {
  // Sources are looked at side by side: each look writes a file of its own.
  const part = `${record}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(record), { recursive: true });
    await writeFile(part, JSON.stringify(Object.fromEntries(kept)));
    await rename(part, record);
  } catch (error) {
    if (!/^(EACCES|EROFS|EPERM|ENOSPC|ENOENT)$/.test((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
