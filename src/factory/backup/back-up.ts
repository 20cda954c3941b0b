import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { digestFile, MillraceError, makeFolder, systemClock } from "#kernel";
import type { Project } from "../open-project.ts";
import { type BackupManifest, type CopyProgress, manifestFormat, manifestName } from "./model.ts";
import { copyObjects, recordedObjects } from "./recorded-objects.ts";

export interface BackupOptions {
  /** Counts what would be copied, and writes nothing. */
  readonly dryRun?: boolean;
  readonly onProgress?: CopyProgress;
}

/**
 * Copies a project's state into a new folder: `metadata.db`, every object that it names, `traffic/`, and `backup.json`.
 *
 * The database is copied in one read transaction and the objects after it, so the copy is of one moment, also while a run
 * is going. The folder appears when it is whole. Logs are left out.
 * Errors: FACTORY_BACKUP_EXISTS: when the folder holds something; FACTORY_BACKUP_INSIDE: when it lies in the state; ADAPTERS_OBJECT_CORRUPT, ADAPTERS_OBJECT_MISSING: when an
 * object that is on record cannot be read; KERNEL_FOLDER_READ_ONLY, KERNEL_DISK_FULL.
 */
export async function backUp(project: Project, folder: string, options: BackupOptions = {}): Promise<BackupManifest> {
  const { dryRun = false, onProgress = () => undefined } = options;
  const target = resolve(folder);
  requireOutside(target, project.home);
  await requireEmpty(target);
  const staging = join(dirname(target), `.${basename(target)}.part-${process.pid}`);
  const manifest = { format: manifestFormat, millrace: "0.1.0", createdMs: systemClock.nowMs() } as const;
  if (dryRun) {
    const objects = await recordedObjects(project.metadata);
    const { size } = await stat(join(project.home, "metadata.db"));
    const unread = { sizeBytes: size, digest: `sha256:${"0".repeat(64)}` } as const;
    return { ...manifest, metadata: unread, objects: summed(objects), traffic: [] };
  }
  await makeStaging(staging);
  try {
    const database = join(staging, "metadata.db");
    await copyDatabase(join(project.home, "metadata.db"), database);
    const copy = sqliteMetadata({ path: database });
    await copy.open();
    const objects = await recordedObjects(copy).finally(() => copy.close());
    makePlain(database);
    await copyObjects(project.objects, join(staging, "objects"), [...objects.keys()].sort(), onProgress);
    const whole: BackupManifest = {
      ...manifest,
      metadata: { sizeBytes: (await stat(database)).size, digest: await digestFile(database) },
      objects: summed(objects),
      traffic: await copyTraffic(project.trafficFolder, join(staging, "traffic")),
    };
    await writeFile(join(staging, manifestName), `${JSON.stringify(whole, null, 2)}\n`, { flush: true });
    await rm(target, { recursive: true, force: true });
    await rename(staging, target);
    return whole;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw fullDisk(error, target) ?? error;
  }
}

/** SQLite's own code for a full disk. */
const sqliteFull = 13;
const fullCodes = new Set(["ENOSPC", "EDQUOT", "KERNEL_DISK_FULL"]);

function fullDisk(error: unknown, target: string): MillraceError | undefined {
  const { code, errcode } = error as { readonly code?: string; readonly errcode?: number };
  if (!fullCodes.has(code ?? "") && errcode !== sqliteFull) return undefined;
  return new MillraceError("KERNEL_DISK_FULL", {
    message: `The disk that holds ${dirname(target)} has no room for the backup.`,
    next: "Name a folder on another disk, or free some space; nothing half-written was kept.",
    facts: { path: target },
    cause: error,
  });
}

/** A copy inside what it copies goes with it when the disk does, and garbage collection and restoring would meet it there. */
function requireOutside(target: string, home: string): void {
  if (target !== home && !target.startsWith(`${home}${sep}`)) return;
  throw new MillraceError("FACTORY_BACKUP_INSIDE", {
    message: `${target} lies in the state that is to be copied, ${home}.`,
    next: "Name a folder outside of it, best on another disk.",
    facts: { path: target, home },
  });
}

async function requireEmpty(target: string): Promise<void> {
  const found = await readdir(target).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    // A file that is to hold the folder is refused when the folder is made.
    if (error.code === "ENOTDIR") return (await exists(target)) ? ["a file"] : [];
    throw error;
  });
  if (found.length === 0) return;
  throw new MillraceError("FACTORY_BACKUP_EXISTS", {
    message: `${target} holds something already.`,
    next: "Name a folder that does not exist yet.",
    facts: { path: target },
  });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

async function makeStaging(path: string): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await rm(path, { recursive: true, force: true });
    await mkdir(path);
  } catch (error) {
    throw new MillraceError("KERNEL_FOLDER_READ_ONLY", {
      message: `The folder ${dirname(path)} cannot be written to (${(error as NodeJS.ErrnoException).code}).`,
      next: "Name another folder, or give yourself the right to write there.",
      facts: { path: dirname(path) },
      cause: error,
    });
  }
}

/** All pages in one step: what is written meanwhile is seen whole or not at all, and no copy starts over. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    await backup(source, to, { rate: 2 ** 31 - 1 });
  } finally {
    source.close();
  }
}

/** One file without a write-ahead log beside it, so that it can be read from where nothing may be written. */
function makePlain(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec("pragma journal_mode=delete");
  } finally {
    database.close();
  }
}

function summed(objects: ReadonlyMap<unknown, number>): BackupManifest["objects"] {
  return { count: objects.size, sizeBytes: [...objects.values()].reduce((sum, size) => sum + size, 0) };
}

/** Marks and seals first: what they tell of is then in the segments that follow. A line that is being written is left out. */
async function copyTraffic(from: string, to: string): Promise<BackupManifest["traffic"]> {
  const names = await readdir(from).catch(() => []);
  const kept = names.filter((name) => !name.endsWith(".lock") && !name.endsWith(".new"));
  const isSegment = (name: string) => name.endsWith(".jsonl");
  const ordered = [...kept.filter((name) => !isSegment(name)), ...kept.filter(isSegment)];
  const copied: BackupManifest["traffic"] = [];
  await mkdir(to, { recursive: true });
  for (const name of ordered) {
    const bytes = await readFile(join(from, name));
    const whole = isSegment(name) ? bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1) : bytes;
    await writeFile(join(to, name), whole, { flush: true });
    copied.push({ name, sizeBytes: whole.length, digest: await digestFile(join(to, name)) });
  }
  return copied;
}
