import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism, cpus, hostname, totalmem } from "node:os";
import { dirname, join } from "node:path";
import type { JsonObject } from "@millrace/program";
import { manifestOf, millraceRoot } from "../code/module-names.ts";

/** What is recorded with every execution of a run and never keyed. */
export type Provenance = {
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  readonly host: string;
  readonly environment: JsonObject;
};

/** What of this process decides how a model scores. */
export function softwareHere(): Readonly<Record<"millrace" | "node" | "platform" | "architecture", string>> {
  return {
    millrace: manifestOf(millraceRoot).version ?? "0.0.0",
    node: process.versions.node,
    platform: process.platform,
    architecture: process.arch,
  };
}

/** Reads where a run happens, once a run. */
export async function readProvenance(project: string): Promise<Provenance> {
  return {
    git: await gitState(project),
    host: hostname(),
    environment: {
      ...softwareHere(),
      cpu: cpus()[0]?.model ?? "unknown",
      cpuCount: availableParallelism(),
      memoryBytes: totalmem(),
    },
  };
}

/** The commit, and whether tracked files differ from it; `null` outside a repository or where git is not installed. */
async function gitState(project: string): Promise<Provenance["git"]> {
  if (!insideRepository(project)) return null;
  const args = ["-C", project, "status", "--porcelain=v2", "--branch", "--untracked-files=no"];
  const text = await new Promise<string | null>((resolve) => {
    execFile("git", args, { env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" }, timeout: 10_000 }, (error, stdout) =>
      resolve(error === null ? stdout : null),
    );
  });
  const commit = text?.match(/^# branch\.oid ([0-9a-f]+)$/m)?.[1];
  if (text === null || commit === undefined) return null;
  return { commit, dirty: text.split("\n").some((line) => line !== "" && !line.startsWith("#")) };
}

function insideRepository(folder: string): boolean {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, ".git"))) return true;
    if (current === dirname(current)) return false;
  }
}
