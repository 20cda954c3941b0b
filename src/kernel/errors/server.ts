import { conflict, definition, type ErrorSpec, environment, forbidden, notFound, usage } from "./kinds.ts";

export const serverErrors = {
  SERVER_REQUEST_INVALID: usage("when a request's parameters do not match the API's description"),
  SERVER_ROUTE_MISSING: notFound("when the API has no such address"),
  SERVER_RUN_MISSING: notFound("when a run that was named does not exist"),
  SERVER_ARTIFACT_MISSING: notFound("when an artifact that was named does not exist"),
  SERVER_FILE_MISSING: notFound("when an artifact or a model version has no such file"),
  SERVER_VERSION_MISSING: notFound("when a model has no version of the number that was given"),
  SERVER_FACTORY_MISSING: notFound("when no monitoring exists under the factory's name that was given"),
  SERVER_HOST_REFUSED: forbidden("when a request names a host that this server does not answer for"),
  SERVER_ADDRESS_OPEN: definition(
    "when the server is to listen beyond this machine without the host names it answers for",
  ),
  SERVER_PORT_TAKEN: conflict("when the port that the server is to listen on is taken"),
  SERVER_LISTEN_FAILED: environment("when the system refuses to let the server listen"),
} as const satisfies Record<`SERVER_${string}`, ErrorSpec>;
