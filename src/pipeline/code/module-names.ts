import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder of this package: the checkout, or where it was installed. */
export const millraceRoot: string =
  nearestPackage(fileURLToPath(import.meta.url)) ?? dirname(fileURLToPath(import.meta.url));

/** The folder of the package.json nearest above a path. */
export function nearestPackage(path: string): string | undefined {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * A file's name that holds on every machine: `project:steps/a.ts` within the project, `millrace:src/…` within this package,
 * whichever folder is nearer; anything else counts from the project.
 */
export function moduleName(path: string, project: string): string {
  const roots = [
    ["project", realFolder(project)],
    ["millrace", millraceRoot],
  ] as const;
  const holding = roots.filter(([, root]) => path.startsWith(root + sep)).sort((a, b) => b[1].length - a[1].length)[0];
  const [scheme, root] = holding ?? roots[0];
  return `${scheme}:${relative(root, path).replaceAll(sep, "/")}`;
}

/** The file that a name stands for. */
export function modulePath(name: string, project: string): string {
  const colon = name.indexOf(":");
  return resolve(name.slice(0, colon) === "millrace" ? millraceRoot : realFolder(project), name.slice(colon + 1));
}

export function moduleUrl(name: string, project: string): string {
  return pathToFileURL(modulePath(name, project)).href;
}

const realFolders = new Map<string, string>();

function realFolder(folder: string): string {
  const known = realFolders.get(folder);
  if (known !== undefined) return known;
  const real = existsSync(folder) ? realpathSync(folder) : resolve(folder);
  realFolders.set(folder, real);
  return real;
}

const manifests = new Map<string, PackageManifest>();

export interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
  readonly main?: string;
  readonly exports?: unknown;
  readonly imports?: unknown;
}

export function manifestOf(folder: string): PackageManifest {
  const known = manifests.get(folder);
  if (known !== undefined) return known;
  const read = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as PackageManifest;
  manifests.set(folder, read);
  return read;
}
