import { resolve } from "node:path";
import type { JsonObject } from "@millrace/program";
import { type BackupManifest, backUp, findProject, restoreBackup } from "#factory";
import { isoTime } from "#kernel";
import type { Action } from "../command.ts";
import { withProject } from "../with-project.ts";
import { megabytes } from "./gc.ts";

export const backup: Action = (context, folder = "") =>
  withProject(context, async (project) => {
    const { terminal, options } = context;
    const dryRun = options.dryRun === true;
    const manifest = await backUp(project, folder, {
      dryRun,
      onProgress: (done, total) => terminal.progress("copying objects", done, total),
    });
    const said = dryRun ? { objects: manifest.objects } : (manifest as unknown as JsonObject);
    terminal.result({ folder: resolve(folder), dryRun, ...said } as JsonObject, () => [
      `${dryRun ? "Would back up" : "Backed up"} ${contents(manifest)} to ${folder}.`,
    ]);
    return 0;
  });

export const restore: Action = async ({ terminal, options }, folder = "") => {
  const dryRun = options.dryRun === true;
  const project = findProject(process.cwd(), options.project);
  const { manifest, home, replaced } = await restoreBackup(project, folder, {
    dryRun,
    force: options.force === true,
    onProgress: (done, total) => terminal.progress(dryRun ? "verifying objects" : "restoring objects", done, total),
  });
  terminal.result({ home, dryRun, replaced, ...(manifest as unknown as JsonObject) }, () => [
    dryRun
      ? `The backup of ${isoTime(manifest.createdMs)} is whole: ${contents(manifest)}. Nothing was changed.`
      : `Restored ${contents(manifest)} of ${isoTime(manifest.createdMs)} to ${home}.`,
    ...(replaced === null ? [] : [`What was there lies in ${replaced}; remove it when you no longer need it.`]),
  ]);
  return 0;
};

function contents({ metadata, objects, traffic }: BackupManifest): string {
  const parts = [
    `the metadata (${megabytes(metadata.sizeBytes)})`,
    `${objects.count} objects (${megabytes(objects.sizeBytes)})`,
    ...(traffic.length === 0 ? [] : [`${traffic.length} files of traffic`]),
  ];
  return parts.join(", ");
}
