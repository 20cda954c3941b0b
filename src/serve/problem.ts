import type { JsonObject, JsonValue } from "@millrace/program";
import { isMillraceError, type Log, MillraceError } from "#kernel";
import { type Answer, jsonAnswer } from "./answer.ts";

/** An error as `application/problem+json` (RFC 9457), with its code, what to do next and the problems by row and column. */
export function problemAnswer(thrown: unknown, log: Log): Answer {
  const error = asMillraceError(thrown, log);
  const problems = error.facts.problems as JsonValue | undefined;
  const body: JsonObject = {
    type: `https://millrace.dev/errors/${error.code}`,
    title: error.spec.when,
    status: error.spec.http,
    detail: error.message,
    code: error.code,
    next: error.next,
    ...(problems === undefined ? {} : { errors: problems }),
  };
  // The rest of a body that is too large is not read: the connection cannot be used again.
  const headers = {
    "content-type": "application/problem+json",
    ...(error.code === "SERVE_BODY_TOO_LARGE" && { connection: "close" }),
  };
  return { status: error.spec.http, headers, text: JSON.stringify(body) };
}

/** The error itself, or one that says only that we failed; what was thrown goes to the log, not to the caller. */
export function asMillraceError(thrown: unknown, log: Log): MillraceError {
  if (isMillraceError(thrown)) {
    if (thrown.spec.kind === "bug") log.error({ code: thrown.code, cause: String(thrown.cause) }, thrown.message);
    return thrown;
  }
  log.error({ error: thrown instanceof Error ? thrown.stack : String(thrown) }, "a request failed");
  return new MillraceError("KERNEL_INVARIANT_BROKEN", {
    message: "The server failed on this request.",
    next: "Report this with the server's log.",
  });
}

/** An error as the Open Inference Protocol tells it: 400, 404, 500 or 503, and one text. */
export function plainAnswer(thrown: unknown, log: Log): Answer {
  const error = asMillraceError(thrown, log);
  const status = error.spec.http === 422 ? 400 : error.spec.http;
  return jsonAnswer({ error: `${error.message} ${error.next}` }, null, status);
}
