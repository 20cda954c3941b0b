// node console/scripts/generate-client.mjs: turns console/src/api/openapi.json into the types that `openapi-fetch` reads
// (console/src/api/schema.ts). With `--print` it writes them to stdout instead.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** The TypeScript source of an OpenAPI 3.1 document's types. */
export function typesOf(document) {
  const schemas = Object.entries(document.components?.schemas ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => `${comment(schema, 4)}    ${key(name)}: ${type(schema, 4)};\n`);
  const paths = Object.entries(document.paths)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, item]) => `  ${JSON.stringify(path)}: ${pathItem(item)};\n`);
  return [
    "// Generated from console/src/api/openapi.json by console/scripts/generate-client.mjs. Do not edit.\n\n",
    `export interface paths {\n${paths.join("")}}\n\n`,
    `export interface components {\n  schemas: {\n${schemas.join("")}  };\n}\n`,
  ].join("");
}

function pathItem(item) {
  const lines = ["    parameters: { query?: never; header?: never; path?: never; cookie?: never };\n"];
  for (const method of methods) {
    const operation = item[method];
    lines.push(operation === undefined ? `    ${method}?: never;\n` : `    ${method}: ${operationType(operation)};\n`);
  }
  return `{\n${lines.join("")}  }`;
}

function operationType(operation) {
  const places = ["query", "header", "path", "cookie"].map((place) => {
    const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === place);
    if (parameters.length === 0) return `        ${place}?: never;\n`;
    const required = parameters.some((parameter) => parameter.required);
    const members = parameters.map(
      (parameter) =>
        `${comment(parameter, 10)}          ${key(parameter.name)}${parameter.required ? "" : "?"}: ${type(parameter.schema, 10)};\n`,
    );
    return `        ${place}${required ? "" : "?"}: {\n${members.join("")}        };\n`;
  });
  const body = operation.requestBody;
  const responses = Object.entries(operation.responses).map(
    ([status, response]) =>
      `        ${status}: { headers: { [name: string]: unknown }; content: ${contentType(response.content)} };\n`,
  );
  return [
    "{\n",
    `      parameters: {\n${places.join("")}      };\n`,
    body === undefined
      ? "      requestBody?: never;\n"
      : `      requestBody: { content: ${contentType(body.content)} };\n`,
    `      responses: {\n${responses.join("")}      };\n`,
    "    }",
  ].join("");
}

function contentType(content) {
  if (content === undefined) return "never";
  const members = Object.entries(content).map(
    ([media, body]) => `${JSON.stringify(media)}: ${type(body.schema ?? {}, 8)}`,
  );
  return `{ ${members.join("; ")} }`;
}

/** The type of a JSON schema, as OpenAPI 3.1 writes them. */
function type(schema, indent) {
  if (schema.$ref !== undefined) return reference(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const union = schema.anyOf ?? schema.oneOf;
  if (union !== undefined) return union.map((part) => type(part, indent)).join(" | ");
  if (schema.allOf !== undefined) return schema.allOf.map((part) => `(${type(part, indent)})`).join(" & ");
  if (Array.isArray(schema.type)) return schema.type.map((name) => type({ ...schema, type: name }, indent)).join(" | ");
  switch (schema.type) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      return `(${type(schema.items ?? {}, indent)})[]`;
    case "object":
      return objectType(schema, indent);
    case undefined:
      return "unknown";
    default:
      throw new Error(`The document has a schema of type ${schema.type}, which this generator does not know.`);
  }
}

function objectType(schema, indent) {
  const required = new Set(schema.required ?? []);
  const pad = " ".repeat(indent + 2);
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, value]) =>
      `${comment(value, indent + 2)}${pad}${key(name)}${required.has(name) ? "" : "?"}: ${type(value, indent + 2)};\n`,
  );
  const rest = schema.additionalProperties;
  if (members.length === 0) {
    if (rest === undefined || rest === true) return "{ [key: string]: unknown }";
    if (rest === false) return "Record<string, never>";
    return `{ [key: string]: ${type(rest, indent)} }`;
  }
  return `{\n${members.join("")}${" ".repeat(indent)}}`;
}

function reference(pointer) {
  return `components["schemas"][${JSON.stringify(pointer.split("/").at(-1))}]`;
}

function comment(schema, indent) {
  if (typeof schema.description !== "string") return "";
  return `${" ".repeat(indent)}/** ${schema.description.replaceAll("*/", "* /")} */\n`;
}

function key(name) {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = typesOf(JSON.parse(readFileSync(join(folder, "src", "api", "openapi.json"), "utf8")));
  if (process.argv.includes("--print")) process.stdout.write(text);
  else writeFileSync(join(folder, "src", "api", "schema.ts"), text);
}
