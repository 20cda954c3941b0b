// node src/server/write-openapi.ts console/src/api/openapi.json: writes the document that the console's client is generated from.
import { writeFileSync } from "node:fs";
import { openApiDocument } from "./openapi-document.ts";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("Name the file to write.");
writeFileSync(file, `${JSON.stringify(openApiDocument("1"), null, 2)}\n`);
