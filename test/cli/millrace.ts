import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/millrace.js", import.meta.url));
const shipped = fileURLToPath(new URL("../../node_modules/vega-datasets/data/", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as the one JSON object of `--json`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes.
  json(): any;
}

interface Place {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The command in a process of its own, to its end. */
export function millrace(args: readonly string[], { cwd, env }: Place): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd,
    encoding: "utf8",
    env: environment(env),
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, stdout, stderr, json: () => JSON.parse(stdout) };
}

/** The command as a process that goes on. */
export function startMillrace(args: readonly string[], { cwd, env }: Place) {
  return spawn(process.execPath, [bin, ...args], { cwd, env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
}

function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { MILLRACE_PROJECT: _, MILLRACE_HOME: __, NODE_OPTIONS: ___, ...rest } = process.env;
  return { ...rest, ...more };
}

/** A folder that `remove` takes away. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "millrace-cli-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Seattle's weather of 2012 to 2015 (NOAA, as vega-datasets ships it): 1461 days, five kinds of weather. */
export async function writeWeather(folder: string, name = "weather.csv"): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, await readFile(join(shipped, "seattle-weather.csv")));
  return path;
}
