import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fileObjects } from "#adapters/objects-files";
import { digestFile, isMillraceError, isoTime, MillraceError, systemClock } from "#kernel";
import { homeOf, makeHome } from "../open-project.ts";
import { type BackupManifest, type CopyProgress, manifestFormat, manifestName, manifestSchema } from "./model.ts";
import { copyObjects, recordedObjects } from "./recorded-objects.ts";

export interface RestoreOptions {
  /** Moves a state that is there aside, instead of refusing. */
  readonly force?: boolean;
  /** Verifies the backup, and writes nothing. */
  readonly dryRun?: boolean;
  readonly onProgress?: CopyProgress;
}

export interface Restored {
  readonly manifest: BackupManifest;
  readonly home: string;
  /** Where the state that was there lies now; `null`: there was none. */
  readonly replaced: string | null;
}

/**
 * Brings a backup back as the state of the project in `folder`. Every byte is verified before anything takes its place.
 *
 * Errors: FACTORY_BACKUP_MISSING, FACTORY_BACKUP_TOO_NEW, FACTORY_BACKUP_DAMAGED: with nothing changed;
 * FACTORY_HOME_OCCUPIED: when the project has a state and `force` is not given; FACTORY_HOME_IN_USE.
 */
export async function restoreBackup(folder: string, from: string, options: RestoreOptions = {}): Promise<Restored> {
  const { force = false, dryRun = false, onProgress = () => undefined } = options;
  const source = resolve(from);
  const home = homeOf(folder);
  const manifest = await readManifest(source);
  const occupied = await stateIn(home);
  if (occupied.length > 0 && !dryRun) requireFree(home, occupied, force);
  const staging = dryRun ? await mkdtemp(join(tmpdir(), "millrace-restore-")) : join(home, `restoring-${process.pid}`);
  try {
    if (!dryRun) await makeHome(home);
    await mkdir(staging, { recursive: true });
    await damagedUnless(source, () => stage(source, staging, manifest, dryRun, onProgress));
    if (dryRun) return { manifest, home, replaced: null };
    const replaced = occupied.length === 0 ? null : await moveAside(home, occupied);
    // The database last: without it nothing of the rest counts.
    for (const name of ["objects", "traffic", "metadata.db"]) await rename(join(staging, name), join(home, name));
    return { manifest, home, replaced };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function readManifest(source: string): Promise<BackupManifest> {
  const path = join(source, manifestName);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new MillraceError("FACTORY_BACKUP_MISSING", {
      message: `${source} holds no ${manifestName} (${(error as NodeJS.ErrnoException).code}).`,
      next: "Name a folder that `millrace backup` wrote.",
      facts: { path },
      cause: error,
    });
  }
  const read = parsed(text);
  const { format, millrace } = (read ?? {}) as { readonly format?: unknown; readonly millrace?: unknown };
  if (typeof format === "number" && format > manifestFormat)
    throw new MillraceError("FACTORY_BACKUP_TOO_NEW", {
      message: `The backup is of format ${format}, written by Millrace ${String(millrace).slice(0, 40)}; this one reads format ${manifestFormat}.`,
      next: "Install that version of Millrace, and restore with it.",
      facts: { format, reads: manifestFormat },
    });
  const checked = manifestSchema.safeParse(read);
  if (checked.success) return checked.data;
  throw damaged(path, "it is not what `millrace backup` writes");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Copies and verifies everything; of a trial run the database alone is copied, for reading. */
async function stage(
  source: string,
  staging: string,
  manifest: BackupManifest,
  dryRun: boolean,
  onProgress: CopyProgress,
): Promise<void> {
  const database = join(staging, "metadata.db");
  await copyFile(join(source, "metadata.db"), database);
  await requireDigest(database, join(source, "metadata.db"), manifest.metadata.digest);
  const metadata = sqliteMetadata({ path: database });
  await metadata.open();
  const digests = await metadata
    .migrate()
    .then(() => recordedObjects(metadata))
    .then((found) => [...found.keys()].sort())
    .finally(() => metadata.close());
  const objects = fileObjects({ root: join(source, "objects") });
  if (dryRun) for (const [index, digest] of digests.entries()) await verify(digest, index);
  else await copyObjects(objects, join(staging, "objects"), digests, onProgress);
  if (!dryRun) await mkdir(join(staging, "objects"), { recursive: true });
  await mkdir(join(staging, "traffic"), { recursive: true });
  for (const { name, digest } of manifest.traffic) {
    await copyFile(join(source, "traffic", name), join(staging, "traffic", name));
    await requireDigest(join(staging, "traffic", name), join(source, "traffic", name), digest);
  }

  async function verify(digest: (typeof digests)[number], index: number): Promise<void> {
    await objects.locate(digest);
    onProgress(index + 1, digests.length);
  }
}

async function requireDigest(copy: string, original: string, digest: string): Promise<void> {
  const actual = await digestFile(copy);
  if (actual !== digest) throw damaged(original, `its digest is ${actual}, not ${digest}`);
}

/** What is missing or broken in the backup is said of the backup. */
async function damagedUnless<T>(source: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isMillraceError(error) && error.code.startsWith("ADAPTERS_OBJECT_"))
      throw damaged(source, error.message, error);
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && path?.startsWith(source) === true) throw damaged(path, "it is gone", error);
    throw error;
  }
}

function damaged(path: string, why: string, cause?: unknown): MillraceError {
  return new MillraceError("FACTORY_BACKUP_DAMAGED", {
    message: `The backup cannot be restored: ${path}: ${why.replace(/\.$/, "")}.`,
    next: "Restore from another backup; nothing was changed.",
    facts: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What of a project's state lies in its home; empty folders are none. */
async function stateIn(home: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of ["metadata.db", "metadata.db-wal", "metadata.db-shm"])
    if (existsSync(join(home, name))) found.push(name);
  for (const name of ["objects", "traffic"])
    if ((await readdir(join(home, name)).catch(() => [])).length > 0) found.push(name);
  return found;
}

function requireFree(home: string, occupied: readonly string[], force: boolean): void {
  if (!force)
    throw new MillraceError("FACTORY_HOME_OCCUPIED", {
      message: `${home} holds a state already (${occupied.join(", ")}).`,
      next: "Restore into another project or MILLRACE_HOME, or give --force: what is there is moved aside.",
      facts: { home },
    });
  const path = join(home, "metadata.db");
  if (existsSync(path) && isOpen(path))
    throw new MillraceError("FACTORY_HOME_IN_USE", {
      message: `Another process uses ${path}.`,
      next: "Stop `millrace dev`, `millrace serve` and runs of this project, and restore again.",
      facts: { path },
    });
}

/** Only the last one to hold a database may take it out of write-ahead mode. */
function isOpen(path: string): boolean {
  const database = new DatabaseSync(path, { timeout: 500 });
  try {
    const mode = database.prepare("pragma journal_mode=delete").get() as { readonly journal_mode: string };
    return mode.journal_mode !== "delete";
  } catch (error) {
    if (/locked|busy/i.test((error as Error).message)) return true;
    // A damaged database is one more reason to restore.
    if (/malformed|not a database|corrupt/i.test((error as Error).message)) return false;
    throw error;
  } finally {
    database.close();
  }
}

async function moveAside(home: string, names: readonly string[]): Promise<string> {
  const stamp = isoTime(systemClock.nowMs()).replace(/[:.]/g, "-");
  const aside = join(home, `replaced-${stamp}`);
  await mkdir(aside);
  for (const name of names) if (existsSync(join(home, name))) await rename(join(home, name), join(aside, name));
  return aside;
}
