import type { Context } from "hono";
import { isMillraceError, type Log, MillraceError } from "#kernel";

/** An error as RFC 9457 problem details with our members `code` and `next`. */
export interface Problem {
  readonly type: string;
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly next: string;
}

/** The problem document of an error. What is no MillraceError is a fault of ours: its text stays in the log. */
export function problemOf(error: unknown): Problem {
  const known = isMillraceError(error)
    ? error
    : new MillraceError("KERNEL_INVARIANT_BROKEN", {
        message: "The server met a fault of its own.",
        next: "Report this with the server's log.",
      });
  return {
    type: `urn:millrace:error:${known.code}`,
    status: known.spec.http,
    code: known.code,
    title: sentence(known.spec.when),
    detail: known.message,
    next: known.next,
  };
}

/** Answers with the problem document of an error, and logs faults of ours with their stack. */
export function answerProblem(c: Context, error: unknown, log: Log): Response {
  const problem = problemOf(error);
  if (problem.status >= 500) log.error({ err: error, path: c.req.path, code: problem.code }, "request failed");
  return c.body(JSON.stringify(problem), problem.status as 500, {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
  });
}

function sentence(when: string): string {
  const text = when.replace(/^when /, "");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
