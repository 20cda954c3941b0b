import { OpenAPIHono } from "@hono/zod-openapi";
import { routes } from "./routes/describe.ts";

const about = (version: string) => ({
  openapi: "3.1.0",
  info: {
    title: "Millrace",
    version,
    description: "What a model factory has made and is doing. Errors are `application/problem+json`.",
    license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  },
});

/** The OpenAPI 3.1 document of the API: what `/api/openapi.json` answers and the console's client is generated from. */
export function openApiDocument(version: string): object {
  const app = new OpenAPIHono();
  for (const route of Object.values(routes)) app.openAPIRegistry.registerPath(route);
  return app.getOpenAPI31Document(about(version));
}
