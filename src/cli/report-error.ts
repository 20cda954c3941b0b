import type { JsonObject } from "@millrace/program";
import { isMillraceError, MillraceError } from "#kernel";
import type { Terminal } from "./terminal.ts";

/** Prints an error (as an object under `--json`) and gives the exit code. */
export function reportError(error: unknown, terminal: Terminal): number {
  terminal.clearProgress();
  if (error instanceof Error && error.name === "AbortError") {
    process.stderr.write("Stopped. Nothing is lost: run again with --resume.\n");
    return 130;
  }
  const known = isMillraceError(error) ? error : unknownError(error);
  if (terminal.json) process.stdout.write(`${JSON.stringify({ error: known.toJSON() } satisfies JsonObject)}\n`);
  else {
    process.stderr.write(`${terminal.style("red", "error")} ${known.message}\n`);
    process.stderr.write(`  ${known.next}\n`);
    process.stderr.write(`  ${terminal.style("dim", known.code)}\n`);
  }
  if (known.code === "KERNEL_INVARIANT_BROKEN" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return known.code === "KERNEL_STOPPED" ? 130 : known.spec.exit;
}

function unknownError(error: unknown): MillraceError {
  return new MillraceError("KERNEL_INVARIANT_BROKEN", {
    message: error instanceof Error ? error.message : String(error),
    next: "This is a fault in Millrace: report it with the lines below.",
    cause: error,
  });
}
