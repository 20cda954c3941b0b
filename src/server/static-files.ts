import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Context } from "hono";

const types: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webmanifest: "application/manifest+json",
  woff2: "font/woff2",
};

interface StaticFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly tag: string;
  readonly type: string;
}

/**
 * Serves the built console. Only files that were found in the folder are ever opened, by the names that were found, so
 * no request path reaches the file system. Any other address that a browser navigates to gets the console's page.
 */
export function staticFiles(folder: string): (c: Context) => Promise<Response | undefined> {
  let names: ReadonlySet<string> = new Set();
  let listedMs = 0;
  const files = new Map<string, StaticFile>();
  const list = async () => {
    if (Date.now() - listedMs < 1000) return;
    listedMs = Date.now();
    names = new Set(await filesBelow(folder));
    for (const name of files.keys()) if (!isHashed(name)) files.delete(name);
  };
  const open = async (name: string): Promise<StaticFile> => {
    const known = files.get(name);
    if (known !== undefined) return known;
    const body = Uint8Array.from(await readFile(join(folder, name)));
    const tag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    const file = { body, tag, type: types[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream" };
    files.set(name, file);
    return file;
  };
  return async (c) => {
    const asked = c.req.path.slice(1);
    const isPage = asked === "" || !/\.[a-z0-9]+$/i.test(asked);
    const name = isPage ? "index.html" : asked;
    if (!names.has(name) || isPage) await list();
    if (!names.has(name)) return undefined;
    const file = await open(name);
    const headers = {
      "content-type": file.type,
      etag: file.tag,
      "cache-control": isHashed(name) ? "public, max-age=31536000, immutable" : "no-cache",
    };
    if (c.req.header("if-none-match") === file.tag) return c.body(null, 304, headers);
    return c.req.method === "HEAD" ? c.body(null, 200, headers) : c.body(file.body, 200, headers);
  };
}

/** The build puts files with a digest in their name under `assets/`. */
function isHashed(name: string): boolean {
  return name.startsWith("assets/");
}

async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
