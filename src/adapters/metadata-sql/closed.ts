import { MillraceError } from "#kernel";

export function notOpen(cause?: unknown): MillraceError {
  return new MillraceError("ADAPTERS_METADATA_CLOSED", {
    message: cause instanceof Error ? `The metadata thread ended: ${cause.message}` : "The metadata store is not open.",
    next: "Open the store before it is used, and close it last.",
    ...(cause === undefined ? {} : { cause }),
  });
}
