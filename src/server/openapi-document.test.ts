import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openApiDocument } from "./openapi-document.ts";
import { routes } from "./routes/describe.ts";

describe("the OpenAPI document", () => {
  it("is the one in the repository: node src/server/write-openapi.ts console/src/api/openapi.json", async () => {
    const file = join(import.meta.dirname, "..", "..", "console", "src", "api", "openapi.json");
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(openApiDocument("1"));
  });

  it("describes every route, each with an id and a summary", () => {
    const { paths } = openApiDocument("1") as { paths: Record<string, Record<string, { operationId?: string }>> };
    expect(Object.keys(paths).sort()).toEqual(
      Object.values(routes)
        .map((route) => route.path)
        .sort(),
    );
    for (const route of Object.values(routes)) expect(route.summary.length, route.path).toBeGreaterThan(10);
  });
});
