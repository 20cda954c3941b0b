// Resolution that the command, its threads and its children share (`--import`): `millrace` and `@millrace/program` are
// found for configs outside the package, and a config is an ES module whatever the `type` of its folder.
import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inCheckout = existsSync(join(root, "src", "index.ts"));
const entries = new Map(
  inCheckout
    ? [
        ["millrace", "src/index.ts"],
        ["millrace/testing", "src/testing/index.ts"],
        ["@millrace/program", "program/index.ts"],
      ]
    : [
        ["millrace", "index.js"],
        ["millrace/testing", "testing/index.js"],
      ],
);

registerHooks({
  resolve(specifier, context, next) {
    const entry = entries.get(specifier);
    if (entry !== undefined) return { url: pathToFileURL(join(root, entry)).href, shortCircuit: true };
    return next(specifier, context);
  },
  load(url, context, next) {
    const config = /millrace\.config\.ts(\?|$)/.test(url);
    return next(url, config ? { ...context, format: "module-typescript" } : context);
  },
});
