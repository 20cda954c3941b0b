import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { Digest } from "@millrace/program";
import { init, parse } from "es-module-lexer";
import { digestBytes, MillraceError } from "#kernel";
import { type Resolved, resolveSpecifier } from "./resolve-specifier.ts";

/** A source file as the code digest sees it. */
export interface SourceFile {
  readonly path: string;
  /** Of the text with LF line ends, before types are stripped. */
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Files that it imports or names by `new URL("…", import.meta.url)`. */
  readonly files: readonly string[];
  readonly packages: readonly (readonly [name: string, version: string])[];
  readonly exports: readonly string[];
  /** Whether it passes on all names of another module, so that `exports` is not all. */
  readonly reexportsAll: boolean;
}

interface Remembered {
  readonly modifiedMs: number;
  readonly sizeBytes: number;
  readonly file: SourceFile;
}

const remembered = new Map<string, Remembered>();
let generation = 0;

/** How many changes of source files this process has seen since it first read them. */
export function codeGeneration(): number {
  return generation;
}

/** Must be awaited once before `sourceFile`. */
export const lexerReady: () => Promise<void> = init;

/**
 * A source file with what it reaches, read again only when its size or time of change differ.
 *
 * Errors: PIPELINE_MODULE_MISSING, PIPELINE_MODULE_INVALID.
 */
export function sourceFile(path: string): SourceFile {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw missing(path, undefined);
  const known = remembered.get(path);
  if (known !== undefined && known.modifiedMs === stat.mtimeMs && known.sizeBytes === stat.size) return known.file;
  const file = readSource(path);
  if (known !== undefined && known.file.digest !== file.digest) generation += 1;
  remembered.set(path, { modifiedMs: stat.mtimeMs, sizeBytes: stat.size, file });
  return file;
}

/** The bytes that a source file counts by. */
export function sourceBytes(path: string): Uint8Array {
  return isText(path) ? Buffer.from(readFileSync(path, "utf8").replaceAll("\r\n", "\n")) : readFileSync(path);
}

function readSource(path: string): SourceFile {
  const bytes = sourceBytes(path);
  const leaf = {
    path,
    digest: digestBytes(bytes),
    sizeBytes: bytes.length,
    files: [],
    packages: [],
    exports: [],
    reexportsAll: false,
  };
  if (!/\.[cm]?[jt]s$/.test(path)) return leaf;
  const text = Buffer.from(bytes).toString("utf8");
  const [imports, exports] = lex(text, path);
  const files: string[] = [];
  const packages: [string, string][] = [];
  const follow = (specifier: string, resolved: Resolved): void => {
    if (resolved === undefined) throw missing(specifier, path);
    if ("file" in resolved) files.push(resolved.file);
    if ("package" in resolved) packages.push([resolved.package, resolved.version]);
  };
  for (const entry of imports) {
    if (entry.type === "import-meta" || entry.specifier === undefined) continue;
    // A literal dynamic import is code that runs as well; one that does not resolve may be an optional package.
    if (entry.type === "dynamic") {
      if (entry.glob || entry.probablyTypeOnly) continue;
      const resolved = resolveSpecifier(entry.specifier, path);
      if (resolved !== undefined) follow(entry.specifier, resolved);
    } else if (!entry.typeOnly) follow(entry.specifier, resolveSpecifier(entry.specifier, path));
  }
  if (imports.some((entry) => entry.type === "import-meta")) files.push(...namedByUrl(text, path));
  return {
    ...leaf,
    files,
    packages,
    exports: exports.flatMap((entry) => (entry.type === "reexport-all" || entry.typeOnly ? [] : [entry.name])),
    reexportsAll: exports.some((entry) => entry.type === "reexport-all"),
  };
}

function lex(text: string, path: string) {
  try {
    return parse(text, path);
  } catch (error) {
    throw new MillraceError("PIPELINE_MODULE_INVALID", {
      message: `The module ${path} does not parse: ${(error as Error).message}`,
      next: "Correct the module.",
      facts: { path },
      cause: error,
    });
  }
}

/** Files named by `new URL("…", import.meta.url)`: threads' modules and data. What was built in a `wasm` folder counts by its sources. */
function namedByUrl(text: string, path: string): readonly string[] {
  return [...text.matchAll(/new URL\(\s*["']([^"']+)["']\s*,\s*import\.meta\.url\s*\)/g)].flatMap((match) => {
    const target = join(dirname(path), match[1]!);
    const parts = target.split(sep);
    const wasm = parts.lastIndexOf("wasm");
    if (wasm > 0 && target.endsWith(".wasm")) return filesBelow(parts.slice(0, wasm + 1).join(sep));
    const stat = statSync(target, { throwIfNoEntry: false });
    return stat?.isFile() ? [target] : [];
  });
}

function filesBelow(folder: string): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (["build", "dist", "node_modules"].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function isText(path: string): boolean {
  return /\.([cm]?[jt]sx?|json|sql|txt|md|csv|tsv)$/.test(path);
}

function missing(what: string, from: string | undefined): MillraceError {
  return new MillraceError("PIPELINE_MODULE_MISSING", {
    message: from === undefined ? `There is no module ${what}.` : `${from} imports "${what}", which leads nowhere.`,
    next: "Correct the path or install the package.",
    facts: { what, ...(from === undefined ? {} : { from }) },
  });
}
