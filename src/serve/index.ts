export { chooseRoute } from "./choose-route.ts";
export { createScoringApp, type ScoringAppOptions } from "./create-scoring-app.ts";
export { type EndpointSet, type EndpointStatus, openEndpoints } from "./endpoint-set.ts";
export type {
  Endpoint,
  EndpointSource,
  KeptColumns,
  ScoringLimits,
  ServedModel,
  TrafficSink,
  WantedEndpoint,
} from "./model.ts";
export { fixedEndpoints, registryEndpoints, servedModel, servedModelFile } from "./registry-endpoints.ts";
export { type EndpointServer, type EndpointServerOptions, startEndpointServer } from "./start-endpoint-server.ts";
