import { isMillraceError, MillraceError } from "#kernel";

/** A file system's refusal as one of the platform's errors; anything else comes back unchanged. */
export function explainFileError(error: unknown, path: string): unknown {
  if (isMillraceError(error)) return error;
  switch ((error as NodeJS.ErrnoException | null)?.code) {
    case "ENOSPC":
    case "EDQUOT":
      return diskFull(`The disk that holds ${path} is full.`, path, error);
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return new MillraceError("KERNEL_FOLDER_READ_ONLY", {
        message: `The folder ${path} cannot be written to.`,
        next: "Give this user the right to write there, or set MILLRACE_HOME to a folder that can be written.",
        facts: { path },
        cause: error,
      });
    default:
      return error;
  }
}

export function diskFull(message: string, path: string, cause?: unknown): MillraceError {
  return new MillraceError("KERNEL_DISK_FULL", {
    message,
    next: "Free some space (`millrace gc --dry-run` shows what can go) and run again; nothing half-written was kept.",
    facts: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}
