import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isMillraceError, MillraceError } from "#kernel";
import { defineFactory, type FactoryConfig } from "./config.ts";

export const configName = "millrace.config.ts";

/**
 * The project's folder: the one named, else the nearest folder at or above `from` that holds a config.
 *
 * Errors: FACTORY_CONFIG_MISSING: when there is none.
 */
export function findProject(from: string, named?: string): string {
  const start = resolve(from, named ?? ".");
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, configName))) return folder;
    if (named !== undefined || dirname(folder) === folder) break;
  }
  throw new MillraceError("FACTORY_CONFIG_MISSING", {
    message: `There is no ${configName} in ${start}${named === undefined ? " or above it" : ""}.`,
    next: "Run `millrace init DATA --target COLUMN` to write one, or name its folder with --project.",
    facts: { folder: start },
  });
}

/**
 * Loads a project's config as it stands on disk now.
 *
 * Errors: FACTORY_CONFIG_BROKEN: when it cannot be imported or has no default export; FACTORY_CONFIG_INVALID: when it does
 * not match the schema.
 */
export async function loadConfig(folder: string): Promise<FactoryConfig> {
  const path = join(folder, configName);
  const { mtimeMs } = await stat(path);
  let loaded: { readonly default?: unknown };
  try {
    // The time in the address makes `millrace dev` read a changed config again.
    loaded = (await import(`${pathToFileURL(path).href}?at=${mtimeMs}`)) as { readonly default?: unknown };
  } catch (error) {
    if (isMillraceError(error)) throw error;
    throw new MillraceError("FACTORY_CONFIG_BROKEN", {
      message: `${configName} cannot be loaded: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}.`,
      next: `Correct ${path} and run again.`,
      cause: error,
    });
  }
  if (typeof loaded.default !== "object" || loaded.default === null)
    throw new MillraceError("FACTORY_CONFIG_BROKEN", {
      message: `${configName} has no default export.`,
      next: "Let it say `export default defineFactory({ … })`.",
    });
  return defineFactory(loaded.default as Parameters<typeof defineFactory>[0]);
}
