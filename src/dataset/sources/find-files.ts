import { glob, readdir, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { knownNames, MillraceError } from "#kernel";
import type { SourcePlace } from "../model.ts";
import { download } from "./download.ts";

/** A file to read: where it lies, and what it is called in messages and provenance. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
}

/**
 * The files that a path names: one file, the files of a glob in order of name, or the download of an http(s) address.
 *
 * Errors: DATASET_SOURCE_MISSING, DATASET_GLOB_EMPTY: nothing is there, with what is near; DATASET_ADDRESS_…: see `download`.
 */
export async function findFiles(path: string, place: SourcePlace, maxBytes: number): Promise<FoundFile[]> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return [await download(path, cacheFolder(place), { maxBytes })];
  const absolute = resolve(place.project, path);
  const found = await stat(absolute).catch(() => undefined);
  if (found?.isFile()) return [{ path: absolute, name: placeName(absolute, place) }];
  if (found?.isDirectory())
    throw new MillraceError("DATASET_SOURCE_MISSING", {
      message: `${path} is a folder, not a file.`,
      next: `Give a glob of its files, for example ${path.replace(/\/+$/, "")}/*.csv, or a source of kind "images".`,
      facts: { path },
    });
  if (!/[*?[{]/.test(path)) throw await missing(path, absolute, place);
  const files: FoundFile[] = [];
  for await (const entry of glob(path, { cwd: place.project })) {
    const file = resolve(place.project, entry);
    if ((await stat(file).catch(() => undefined))?.isFile()) files.push({ path: file, name: placeName(file, place) });
  }
  if (files.length === 0) throw await emptyGlob(path, place);
  return files.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

export const cacheFolder = (place: SourcePlace) => place.cache ?? join(place.project, ".millrace", "cache");

/** A path as provenance records it: relative to the project inside it, with `/` between its parts. */
export function placeName(path: string, place: SourcePlace): string {
  const inside = relative(resolve(place.project), path);
  const name = inside === "" || inside.startsWith("..") || isAbsolute(inside) ? path : inside;
  return name.split(sep).join("/");
}

/** A file or folder that is not there, with the nearest name beside it. */
export async function missing(path: string, absolute: string, place: SourcePlace): Promise<MillraceError> {
  const folder = dirname(absolute);
  const beside = await readdir(folder).catch(() => undefined);
  const near =
    beside === undefined ? `there is no folder ${placeName(folder, place)}` : knownNames(basename(path), beside.sort());
  return new MillraceError("DATASET_SOURCE_MISSING", {
    message: `There is no ${path}${beside === undefined ? "; " : ": "}${near}.`,
    next: "Correct the path of the source; it counts from the project's folder.",
    facts: { path },
  });
}

async function emptyGlob(path: string, place: SourcePlace): Promise<MillraceError> {
  const parts = path.split("/");
  const fixed = parts
    .slice(
      0,
      parts.findIndex((part) => /[*?[{]/.test(part)),
    )
    .join("/");
  const folder = resolve(place.project, fixed || ".");
  const holds = await readdir(folder).catch(() => undefined);
  const shown = fixed === "" ? "the project's folder" : fixed;
  const state =
    holds === undefined
      ? `the folder ${shown} does not exist`
      : holds.length === 0
        ? `${shown} is empty`
        : `${shown} holds ${holds.sort().slice(0, 5).join(", ")}${holds.length > 5 ? `, … (${holds.length} in all)` : ""}`;
  return new MillraceError("DATASET_GLOB_EMPTY", {
    message: `No file matches ${path}: ${state}.`,
    next: "Correct the pattern; it counts from the project's folder.",
    facts: { path },
  });
}
