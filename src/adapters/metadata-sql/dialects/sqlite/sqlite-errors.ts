import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { isMillraceError, MillraceError } from "#kernel";

/** SQLite's extended result code, or `undefined` for another error. */
export function sqliteCode(error: unknown): number | undefined {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  return code === "ERR_SQLITE_ERROR" && typeof errcode === "number" ? errcode : undefined;
}

const corrupt = new Set([11, 26]); // SQLITE_CORRUPT, SQLITE_NOTADB
const full = 13;
const ioError = 10;
const readOnly = 8;
const cannotOpen = 14;

/** What SQLite or the file system says, as an error of the platform. */
export function explainSqliteError(error: unknown, path: string): unknown {
  if (isMillraceError(error)) return error;
  const code = sqliteCode(error);
  const primary = code === undefined ? undefined : code & 0xff;
  const system = (error as NodeJS.ErrnoException | null)?.code;
  if (primary !== undefined && corrupt.has(primary)) return damaged(path, error);
  if (primary === full || system === "ENOSPC" || system === "EDQUOT" || (primary === ioError && diskIsFull(path)))
    return new MillraceError("KERNEL_DISK_FULL", {
      message: `The metadata database ${path} cannot grow: the disk or its quota is full.`,
      next: "Free some space (`millrace gc --dry-run` shows what can go) and run again; nothing half-written was kept.",
      facts: { path },
      cause: error,
    });
  if (primary === readOnly || system === "EROFS" || system === "EACCES" || system === "EPERM")
    return new MillraceError("KERNEL_FOLDER_READ_ONLY", {
      message: `The metadata database ${path} cannot be written: the file or its folder is read-only for this user.`,
      next: "Give this user the right to write there, or set MILLRACE_HOME to a folder that can be written.",
      facts: { path },
      cause: error,
    });
  if (primary === undefined && system === undefined) return error;
  const what = primary === cannotOpen ? "cannot be opened" : "refused the operation";
  return new MillraceError("ADAPTERS_METADATA_FAILED", {
    message: `The metadata database ${path} ${what}: ${(error as Error).message}.`,
    next: "Run `millrace doctor`, which checks the file and the folder.",
    facts: { path, sqlite: code ?? null, system: system ?? null },
    cause: error,
  });
}

function damaged(path: string, cause: unknown): MillraceError {
  return new MillraceError("ADAPTERS_METADATA_CORRUPT", {
    message: `The metadata database ${path} is damaged or is not a database.`,
    next: "Restore it with `millrace restore`, or move the file away to begin with an empty one.",
    facts: { path },
    cause,
  });
}

/** SQLite reports a log or index that cannot grow as an input/output error: the file system knows better. */
function diskIsFull(path: string): boolean {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize < 1 << 20;
}
