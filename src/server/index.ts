export { createApi } from "./create-api.ts";
export type { ApiDependencies, RunningServer, ServerOptions } from "./model.ts";
export { openApiDocument } from "./openapi-document.ts";
export { startServer } from "./start-server.ts";
