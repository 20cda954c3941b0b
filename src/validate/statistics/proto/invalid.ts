import { MillraceError } from "#kernel";

export function statisticsInvalid(what: string, cause?: unknown): MillraceError {
  return new MillraceError("VALIDATE_STATISTICS_INVALID", {
    message: `The statistics cannot be read: ${what}.`,
    next: "Write the file anew with `millrace data stats DATA --out stats.pb`.",
    cause,
  });
}
