import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { manifestOf, millraceRoot, nearestPackage } from "./module-names.ts";

/** What an import leads to: a file to follow, a package that counts by name and version, or nothing that counts. */
export type Resolved =
  | { readonly file: string }
  | { readonly package: string; readonly version: string }
  | { readonly builtIn: true }
  | undefined;

/**
 * Where an import specifier leads from a file, by Node's rules for ES modules: relative, `#name` of the nearest
 * package.json, packages, and packages of this workspace, whose files are followed. `undefined` when it leads nowhere.
 */
export function resolveSpecifier(specifier: string, from: string): Resolved {
  if (specifier.startsWith("node:")) return { builtIn: true };
  if (specifier.startsWith("file:")) return fileAt(fileURLToPath(specifier));
  if (specifier.startsWith(".") || specifier.startsWith("/"))
    return fileAt(join(specifier.startsWith("/") ? "" : dirname(from), specifier));
  if (specifier.startsWith("#")) return throughImports(specifier, from);
  return throughPackages(specifier, from);
}

function fileAt(path: string): Resolved {
  return existsSync(path) && statSync(path).isFile() ? { file: realpathSync(path) } : undefined;
}

function throughImports(specifier: string, from: string): Resolved {
  const folder = nearestPackage(from);
  if (folder === undefined) return undefined;
  const target = mapped(manifestOf(folder).imports, specifier);
  if (target === undefined) return undefined;
  return target.startsWith(".") ? fileAt(join(folder, target)) : resolveSpecifier(target, join(folder, "package.json"));
}

function throughPackages(specifier: string, from: string): Resolved {
  const parts = specifier.split("/");
  const name = specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0]!;
  const isOwn = name === "millrace" || name === "@millrace/program";
  const folder = isOwn ? packageOfMillrace(name) : packageFolder(name, from);
  if (folder === undefined) return isBuiltInName(name) ? { builtIn: true } : undefined;
  const manifest = manifestOf(folder);
  const target = () => {
    const found = mapped(
      manifest.exports ?? { ".": manifest.main ?? "./index.js" },
      `.${specifier.slice(name.length)}`,
    );
    return found === undefined ? undefined : fileAt(join(folder, found));
  };
  // Whoever uses this product reaches all of it by one import, so for them it counts once, by its version.
  if (isOwn && !isProduct(from))
    return target() === undefined ? undefined : { package: "millrace", version: manifest.version ?? "0.0.0" };
  // A linked workspace package is source to follow; an installed one counts by its version.
  if (folder.split(sep).includes("node_modules")) return { package: name, version: manifest.version ?? "0.0.0" };
  return target();
}

/** Whether a file is one of this product's own, which count by their text. */
function isProduct(path: string): boolean {
  return ["src", "program", "dist"].some((folder) => path.startsWith(join(millraceRoot, folder) + sep));
}

function packageFolder(name: string, from: string): string | undefined {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return realpathSync(candidate);
    if (folder === dirname(folder)) return undefined;
  }
}

/** Configs find these two by the command's hooks, whatever lies in a `node_modules` folder. */
function packageOfMillrace(name: string): string | undefined {
  if (name === "millrace") return millraceRoot;
  return name === "@millrace/program" ? packageFolder(name, join(millraceRoot, "package.json")) : undefined;
}

function isBuiltInName(name: string): boolean {
  return process.getBuiltinModule(name) !== undefined;
}

/** Looks a key up in a package's `exports` or `imports`, with one `*` and conditions. */
function mapped(table: unknown, key: string): string | undefined {
  if (typeof table === "string") return key === "." ? table : undefined;
  if (typeof table !== "object" || table === null) return undefined;
  const entries = Object.entries(table as Record<string, unknown>);
  if (key === "." && entries.every(([name]) => !name.startsWith("."))) return condition(table);
  const exact = entries.find(([name]) => name === key);
  if (exact !== undefined) return condition(exact[1]);
  const patterns = entries.filter(([name]) => name.includes("*")).sort((a, b) => b[0].length - a[0].length);
  for (const [name, target] of patterns) {
    const [head = "", tail = ""] = name.split("*");
    if (!key.startsWith(head) || !key.endsWith(tail) || key.length < head.length + tail.length) continue;
    return condition(target)?.replaceAll("*", key.slice(head.length, key.length - tail.length));
  }
  return undefined;
}

function condition(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (typeof target !== "object" || target === null) return undefined;
  for (const [name, value] of Object.entries(target))
    if (name === "import" || name === "node" || name === "default") {
      const found = condition(value);
      if (found !== undefined) return found;
    }
  return undefined;
}
