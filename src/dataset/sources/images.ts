import { glob, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { MillraceError } from "#kernel";
import type { SourcePlace } from "../model.ts";
import type { ReadTable } from "../reading/read-table.ts";
import type { Value } from "../typing/value-column.ts";
import { type FoundFile, missing, placeName } from "./find-files.ts";
import { measureImage } from "./measure-images.ts";
import type { ImagesSource } from "./source-schema.ts";
import { valueTable } from "./sqlite.ts";

const EXTENSIONS = /\.(jpe?g|png|webp|gif|tiff?|avif|svg|bmp)$/i;
const COLUMNS = [
  "path",
  "folder",
  "format",
  "width",
  "height",
  "channels",
  "brightness",
  "contrast",
  "bytes",
  "problem",
] as const;

/** The images of a folder and its subfolders, in order of path. */
export async function findImages(source: ImagesSource, place: SourcePlace): Promise<FoundFile[]> {
  const folder = resolve(place.project, source.path);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw await missing(source.path, folder, place);
  const files: FoundFile[] = [];
  for await (const entry of glob("**/*", { cwd: folder }))
    if (EXTENSIONS.test(entry)) files.push({ path: join(folder, entry), name: placeName(join(folder, entry), place) });
  if (files.length === 0)
    throw new MillraceError("DATASET_GLOB_EMPTY", {
      message: `${source.path} holds no image (jpg, png, webp, gif, tiff, avif, svg, bmp).`,
      next: "Correct the folder of the source.",
      facts: { path: source.path },
    });
  return files.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

/**
 * One row an image: path in the folder, its folder's name, format, width and height in pixels, channels, brightness and contrast (mean
 * and standard deviation of luma, 0 … 255), bytes. An image that does not decode is a row with its `problem`, or an error where asked.
 */
export async function readImages(
  source: ImagesSource,
  place: SourcePlace,
  files: readonly FoundFile[],
): Promise<ReadTable> {
  const folder = resolve(place.project, source.path);
  const columns = source.content ? [...COLUMNS, "image"] : COLUMNS;
  const values: Value[][] = columns.map(() => []);
  for (const file of files) {
    const row = await readImage(file, source, folder);
    for (const [k, name] of COLUMNS.entries()) values[k]!.push(row[name]);
    if (source.content)
      values[COLUMNS.length]!.push(row.problem === null ? (await readFile(file.path)).toString("base64") : null);
  }
  return { ...valueTable("images", source.path, columns, values), fileRows: files.map(() => 1) };
}

async function readImage(
  file: FoundFile,
  source: ImagesSource,
  folder: string,
): Promise<Record<(typeof COLUMNS)[number], Value>> {
  const path = relative(folder, file.path).split(sep).join("/");
  const place = { path, folder: dirname(path) === "." ? basename(folder) : basename(dirname(path)) };
  const bytes = (await stat(file.path)).size;
  try {
    return { ...place, ...(await measureImage(file.path, source.maxPixels)), bytes, problem: null };
  } catch (error) {
    const problem = (error as Error).message.split("\n")[0]!.trim();
    if (source.onBroken === "error")
      throw new MillraceError("DATASET_IMAGE_BROKEN", {
        message: `${file.name} does not decode as an image: ${problem}.`,
        next: 'Replace or remove it, or set `onBroken: "record"` to keep a row for it.',
        facts: { file: file.name },
        cause: error,
      });
    const none = { format: null, width: null, height: null, channels: null, brightness: null, contrast: null };
    return { ...place, ...none, bytes, problem };
  }
}
