import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const consoleFolder = join(import.meta.dirname, "..", "..", "console");
const generator = join(consoleFolder, "scripts", "generate-client.mjs");
const { typesOf } = (await import(generator)) as { typesOf(document: object): string };

describe("the console's client", () => {
  it("is generated from the API's document as it stands: node console/scripts/generate-client.mjs", async () => {
    const document = JSON.parse(await readFile(join(consoleFolder, "src", "api", "openapi.json"), "utf8"));
    expect(await readFile(join(consoleFolder, "src", "api", "schema.ts"), "utf8")).toBe(typesOf(document));
  });

  it("has a type for every shape that JSON schema gives", () => {
    const text = typesOf({
      paths: {
        "/things/{id}": {
          get: {
            parameters: [
              { name: "id", in: "path", required: true, schema: { type: "string" } },
              { name: "sort by", in: "query", required: false, schema: { enum: ["a", "b"] } },
            ],
            requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } },
            responses: { 204: { description: "gone" } },
          },
        },
      },
      components: {
        schemas: {
          Thing: {
            type: "object",
            required: ["list"],
            properties: {
              list: { type: "array", items: { type: ["number", "null"] } },
              map: { type: "object", additionalProperties: { type: "boolean" } },
              any: {},
              either: { anyOf: [{ const: 1 }, { $ref: "#/components/schemas/Thing" }] },
              both: { allOf: [{ type: "string" }, { type: "string" }], description: "A */ inside" },
            },
          },
        },
      },
    });
    expect(text).toContain("list: (number | null)[];");
    expect(text).toContain("map?: { [key: string]: boolean };");
    expect(text).toContain("any?: unknown;");
    expect(text).toContain('either?: 1 | components["schemas"]["Thing"];');
    expect(text).toContain("/** A * / inside */");
    expect(text).toContain('"sort by"?: "a" | "b";');
    expect(text).toContain("204: { headers: { [name: string]: unknown }; content: never };");
    expect(() => typesOf({ paths: {}, components: { schemas: { Odd: { type: "tuple" } } } })).toThrow("tuple");
  });
});
