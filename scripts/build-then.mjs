// Builds what is out of date, then goes on in the same process with the program that is named.
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";

await build();
const [program, ...args] = process.argv.slice(2);
process.argv = [process.argv[0], program, ...args];
await import(pathToFileURL(program).href);
