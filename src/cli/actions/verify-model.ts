import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { readModelFile } from "@millrace/program";
import { exportModelFile } from "#factory";
import { resolveModel } from "#registry";
import type { ActionContext } from "../command.ts";
import { withProject } from "../with-project.ts";

/** Reads a model file (or a registered version as one) with every digest checked, against the registered content where known. */
export async function verifyModel(
  context: ActionContext,
  reference: string,
): Promise<{ ok: boolean; seal: null; digest: string; parity: never[] }> {
  if (existsSync(reference)) {
    const file = readModelFile(await readFile(reference));
    return { ok: true, seal: null, digest: file.digest, parity: [] };
  }
  return withProject(context, async (project) => {
    const { version } = await resolveModel(project, reference);
    const file = readModelFile(await exportModelFile(project, version));
    return { ok: file.digest === version.content, seal: null, digest: file.digest, parity: [] };
  });
}
