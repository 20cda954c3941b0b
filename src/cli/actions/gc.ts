import { recordedObjects } from "#factory";
import { collectGarbage, systemClock } from "#kernel";
import type { Action } from "../command.ts";
import { numberOption } from "../options.ts";
import { withProject } from "../with-project.ts";

export const gc: Action = (context) =>
  withProject(context, async (project) => {
    const dryRun = context.options.dryRun === true;
    const hours = numberOption(context.options, "olderThan", { low: 0, high: 1_000_000, whole: false });
    const report = await collectGarbage({
      objects: project.objects,
      live: (await recordedObjects(project.metadata)).keys(),
      olderThanMs: hours * 3_600_000,
      dryRun,
      clock: systemClock,
    });
    const { removed, freedBytes, kept } = report;
    context.terminal.result({ removed, freedBytes, kept, dryRun }, () => [
      removed.length === 0
        ? `Nothing to remove: ${kept} objects are kept.`
        : `${dryRun ? "Would remove" : "Removed"} ${removed.length} objects (${megabytes(freedBytes)}); ${kept} are kept.`,
    ]);
    return 0;
  });

export function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`;
}
