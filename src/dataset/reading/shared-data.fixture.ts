import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, expect } from "vitest";
import { isMillraceError, type MillraceError } from "#kernel";

/** Real data sets beside the checkout; tests that need them skip where they are absent. */
export const sharedData = resolve(import.meta.dirname, "../../../../shared/data");
export const hasSharedData = existsSync(sharedData);
export const skipReason = hasSharedData ? "" : " (skipped: ../shared/data is not there)";

/** The bird-strike reports that `vega-datasets` ships. */
export const birdStrikes = join(dirname(findPackageJSON("vega-datasets", import.meta.url)!), "data", "birdstrikes.csv");

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A project folder of its own, with files. */
export function project(files: Readonly<Record<string, string | Uint8Array>> = {}): {
  project: string;
  path: (name: string) => string;
} {
  const folder = mkdtempSync(join(tmpdir(), "millrace-dataset-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return { project: folder, path: (name) => join(folder, name) };
}

/** The error that work ends with. */
export async function errorOf(work: () => unknown): Promise<MillraceError> {
  try {
    await work();
  } catch (error) {
    if (isMillraceError(error)) return error;
    throw error;
  }
  return expect.fail("no error was thrown");
}
