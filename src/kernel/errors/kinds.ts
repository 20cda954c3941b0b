/** What an error says about who must act: the caller, the definition's author, the machine, another writer, or us. */
export type ErrorKind = "input" | "definition" | "environment" | "conflict" | "bug";

/** One row of the error table. `exit` is the command's exit code, `http` the response status. */
export interface ErrorSpec {
  readonly kind: ErrorKind;
  readonly http: number;
  readonly exit: number;
  readonly retryable: boolean;
  /** One sentence for the reference page: when this error is raised. */
  readonly when: string;
}

const spec = (kind: ErrorKind, http: number, exit: number, retryable: boolean) => (when: string) =>
  ({ kind, http, exit, retryable, when }) as const;

/** Data, a request or an argument is wrong (exit 1, HTTP 422). */
export const input = spec("input", 422, 1, false);
/** Data do not keep to their schema or contract (exit 4, HTTP 422). */
export const anomalies = spec("input", 422, 4, false);
/** The command line or a request is malformed (exit 2, HTTP 400). */
export const usage = spec("input", 400, 2, false);
/** A named thing does not exist (exit 5, HTTP 404). */
export const notFound = spec("input", 404, 5, false);
/** The caller may not do this (exit 6, HTTP 403). */
export const forbidden = spec("input", 403, 6, false);
/** Configuration or a plug-in's definition is wrong (exit 2, HTTP 422). */
export const definition = spec("definition", 422, 2, false);
/** The machine, disk or network refused (exit 1, HTTP 503). */
export const environment = spec("environment", 503, 1, false);
/** As `environment`, and the same call may succeed later. */
export const transient = spec("environment", 503, 1, true);
/** Time ran out (exit 8, HTTP 504). */
export const timeout = spec("environment", 504, 8, true);
/** Another writer was first, or the state forbids it (exit 7, HTTP 409). */
export const conflict = spec("conflict", 409, 7, false);
/** A fault of ours (exit 1, HTTP 500). */
export const bug = spec("bug", 500, 1, false);
