import { type ErrorSpec, environment, forbidden, input, notFound, transient, usage } from "./kinds.ts";

/** A request that HTTP has a status of its own for. */
const request = <S extends number>(http: S, when: string) =>
  ({ kind: "input", http, exit: 1, retryable: false, when }) as const;

export const serveErrors = {
  SERVE_ENDPOINT_UNKNOWN: notFound("when a request names an endpoint that is not served"),
  SERVE_ENDPOINT_UNNAMED: usage("when a request names no endpoint and several, or none, are served"),
  SERVE_VERSION_NOT_SERVED: notFound("when a request asks for a version that the endpoint does not route to"),
  SERVE_ENDPOINT_NOT_READY: transient("when the endpoint is deployed and no model of it could be loaded yet"),
  SERVE_BODY_TOO_LARGE: request(413, "when a request's body, as sent or once decompressed, is above the limit"),
  SERVE_ENCODING_UNKNOWN: request(
    415,
    "when a body is compressed in another way than gzip or deflate, or does not decompress",
  ),
  SERVE_JSON_INVALID: usage("when a body is not JSON, or is nested deeper than the limit"),
  SERVE_REQUEST_INVALID: usage("when a body is JSON and not of the protocol's shape"),
  SERVE_ROWS_INVALID: input("when rows lack columns that the model needs, or hold values of another type"),
  SERVE_ROWS_TOO_MANY: request(413, "when a request holds more rows than the limit"),
  SERVE_SCORE_FAILED: {
    kind: "bug",
    http: 500,
    exit: 1,
    retryable: false,
    when: "when a model fails on rows that passed its checks",
  },
  SERVE_EXPLANATION_IMPOSSIBLE: request(422, "when a request asks why, and the model does not hold what is needed"),
  SERVE_MODEL_UNREADABLE: environment("when a registered model's files are missing, or are not what was registered"),
  SERVE_RUNTIME_DIFFERS: environment(
    "when a model would run on something else than it was verified on, and the policy is to refuse",
  ),
  SERVE_ORIGIN_REFUSED: forbidden("when a browser sends a request for a page of another site"),
  SERVE_PORT_TAKEN: environment("when the port to listen on is in use"),
  SERVE_PROCESS_LOST: environment("when the endpoints' process under `millrace dev` ends again and again"),
  SERVE_LISTEN_FAILED: environment("when the system refuses the address or the port for another reason"),
} as const satisfies Record<`SERVE_${string}`, ErrorSpec>;
