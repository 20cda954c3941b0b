import type { JsonObject } from "@millrace/program";
import type { ErrorSpec } from "./kinds.ts";
import { type ErrorCode, errorTable } from "./table.ts";

const brand = Symbol.for("millrace.error");

/** What every error carries beside its code. `facts` never hold data rows or secrets. */
export interface ErrorDetails {
  /** One sentence that names the value and the limit. */
  readonly message: string;
  /** One imperative sentence with the command to try. */
  readonly next: string;
  readonly facts?: JsonObject;
  readonly cause?: unknown;
}

/**
 * The one error class of the platform: a code of the error table, what happened, and what to do next.
 *
 * ```ts
 * const error = new MillraceError("KERNEL_FILE_MISSING", { message: "There is no file a.csv.", next: "Check the path." });
 * error.spec.exit; // 5
 * ```
 */
export class MillraceError extends Error {
  readonly code: ErrorCode;
  readonly next: string;
  readonly facts: JsonObject;
  readonly [brand] = true;

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "MillraceError";
    this.code = code;
    this.next = details.next;
    this.facts = details.facts ?? {};
  }

  get spec(): ErrorSpec {
    return errorTable[this.code];
  }

  /** The error as it crosses a process or HTTP border. */
  toJSON(): JsonObject {
    return { code: this.code, message: this.message, next: this.next, facts: this.facts };
  }

  /** Rebuilds an error that crossed a border; an unknown code becomes `KERNEL_INVARIANT_BROKEN` and stands in the facts. */
  static fromJSON(value: { code?: unknown; message?: unknown; next?: unknown; facts?: unknown }): MillraceError {
    const known = typeof value.code === "string" && Object.hasOwn(errorTable, value.code);
    return new MillraceError(known ? (value.code as ErrorCode) : "KERNEL_INVARIANT_BROKEN", {
      message: String(value.message ?? "An error without a message."),
      next: String(value.next ?? "Report this with the log of the run."),
      facts: { ...(value.facts as JsonObject | undefined), ...(known ? {} : { unknownCode: String(value.code) }) },
    });
  }
}

/** True for errors of this class, also when another copy of the package made them. */
export function isMillraceError(error: unknown): error is MillraceError {
  return typeof error === "object" && error !== null && (error as Record<symbol, unknown>)[brand] === true;
}

/** Stops with `KERNEL_INVARIANT_BROKEN` unless the condition holds. For promises of our own code, never for input. */
export function invariant(condition: unknown, message: string, facts: JsonObject = {}): asserts condition {
  if (condition) return;
  throw new MillraceError("KERNEL_INVARIANT_BROKEN", {
    message,
    next: "This is a fault in Millrace: report it with the output of `millrace doctor`.",
    facts,
  });
}
