// Resolution that the command, its threads and its children share (`--import`): `millrace` and `@millrace/program` are
// found for configs outside the package, and a config is an ES module whatever the `type` of its folder.
import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rootUrl = `${pathToFileURL(root).href}/`;
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
    if (entry !== undefined) return found(rootUrl + entry);
    // Our own files name each other exactly: to look for each of some hundred on the disk is a good part of a start.
    if (isOwn(context.parentURL)) {
      if (/^\.\.?\/.*\.[jt]s$/.test(specifier)) return found(new URL(specifier, context.parentURL).href);
      if (inCheckout && /^#[a-z]+$/.test(specifier)) return found(`${rootUrl}src/${specifier.slice(1)}/index.ts`);
    }
    const resolved = next(specifier, context);
    return /millrace\.config\.ts(\?|$)/.test(resolved.url) ? { ...resolved, format: "module-typescript" } : resolved;
  },
});

function isOwn(url) {
  if (url?.startsWith(rootUrl) !== true) return false;
  const path = url.slice(rootUrl.length);
  return inCheckout ? /^(src|program)\//.test(path) : !path.includes("node_modules/");
}

function found(url) {
  return { url, format: url.endsWith(".ts") ? "module-typescript" : "module", shortCircuit: true };
}
