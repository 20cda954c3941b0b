import { MillraceError } from "#kernel";

export function statisticsInvalid(
  what: string,
  cause?: unknown,
  next = "Write the file anew with `millrace data stats DATA --out stats.pb`.",
): MillraceError {
  return new MillraceError("VALIDATE_STATISTICS_INVALID", {
    message: `The statistics cannot be read: ${what}.`,
    next,
    cause,
  });
}
