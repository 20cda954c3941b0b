import { readFile, stat, writeFile } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import type { CompiledFile } from "@millrace/program/compile";
import { writeWhole } from "#dataset";
import { MillraceError } from "#kernel";

export interface WrittenFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Files that run alone, without the others of their export. */
const alone = new Set([".mjs", ".js", ".py", ".sql", ".onnx"]);

/**
 * Writes an export into the folder `out`; into `out` itself where that is named like the one file that can stand alone
 * (`model.py`, `model.sql`). Files that hold the same already are left as they are.
 *
 * Errors: PACKAGE_OUTPUT_EXISTS: a file of that name holds something else and `force` was not given;
 * KERNEL_FOLDER_READ_ONLY; KERNEL_DISK_FULL.
 */
export async function writeExport(
  files: readonly CompiledFile[],
  out: string,
  options: { readonly force?: boolean } = {},
): Promise<{ readonly single: boolean; readonly files: readonly WrittenFile[] }> {
  const target = resolve(out);
  const one = await singleFile(files, target);
  const planned =
    one === undefined
      ? files.map(({ path, content }) => ({ path: join(target, path), bytes: bytesOf(content) }))
      : [{ path: target, bytes: bytesOf(one.content) }];
  const changed = [];
  for (const file of planned) {
    const before = await existing(file.path);
    if (before !== undefined && Buffer.compare(before, file.bytes) === 0) continue;
    if (before !== undefined && options.force !== true) throw exists(file.path);
    changed.push(file);
  }
  for (const { path, bytes } of changed) {
    await writeWhole(path, (temporary) => writeFile(temporary, bytes));
  }
  return {
    single: one !== undefined,
    files: planned.map(({ path, bytes }) => ({ path, sizeBytes: bytes.length })),
  };
}

async function singleFile(files: readonly CompiledFile[], target: string): Promise<CompiledFile | undefined> {
  const extension = extname(target);
  const fitting = files.filter(({ path }) => extname(path) === extension);
  if (extension === "" || fitting.length !== 1 || !(files.length === 1 || alone.has(extension))) return undefined;
  const found = await stat(target).catch(() => undefined);
  return found?.isDirectory() ? undefined : fitting[0];
}

async function existing(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === "EISDIR") throw exists(path);
    throw error;
  }
}

function exists(path: string): MillraceError {
  return new MillraceError("PACKAGE_OUTPUT_EXISTS", {
    message: `${path} is there already and holds something else.`,
    next: `Give another --out, or --force to overwrite ${basename(path)}.`,
    facts: { path },
  });
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}
