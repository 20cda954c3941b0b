import { MillraceError } from "#kernel";

/** What ends a fit whose context says so; `where` tells how far it came. */
export function fitStopped(where: string): MillraceError {
  return new MillraceError("KERNEL_STOPPED", {
    message: `Training was stopped ${where}.`,
    next: "Run again to start the training anew.",
  });
}
