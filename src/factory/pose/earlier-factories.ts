import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { listModels, type Model } from "#registry";

/** What a factory on this machine reached, by the metric that this one asks for. */
export interface EarlierFactory {
  readonly folder: string;
  readonly model: string;
  readonly version: number;
  readonly metric: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

const mostFolders = 200;
const mostTold = 5;

/**
 * What factories of the same kind reached: those whose versions were measured by the same metric, in the folder of a new
 * factory and in those beside it, or in the folders that are named. Of each its champion, else its newest version.
 *
 * A folder without a project, or whose records are of a version that this one cannot read, is passed over: what others
 * reached is a hint, and another problem is another problem.
 */
export async function earlierFactories(
  metric: string,
  place: { readonly folder: string; readonly named?: readonly string[] },
): Promise<readonly EarlierFactory[]> {
  const folders = place.named === undefined || place.named.length === 0 ? neighbours(place.folder) : place.named;
  const found: EarlierFactory[] = [];
  for (const folder of folders.map((one) => resolve(one)))
    for (const model of await modelsOf(folder)) {
      const version = bestKnown(model);
      const told = comparable(metric);
      const measured = version?.metrics[told];
      // A ranking's scores are no estimates.
      if (version === undefined || measured === undefined || isRanking(version.metrics) !== isRanking({ [metric]: 0 }))
        continue;
      found.push({ folder, model: model.name, version: version.version, metric: told, ...measured });
    }
  return found.slice(0, mostTold);
}

/** Errors in the unit of a target say nothing of another target; the share of the variance does. */
function comparable(metric: string): string {
  return /Error$/.test(metric) ? "r2Score" : metric;
}

function isRanking(metrics: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(metrics, "ndcgScore");
}

function neighbours(folder: string): readonly string[] {
  const around = dirname(resolve(folder));
  const beside = existsSync(around) ? readdirSync(around).sort().slice(0, mostFolders) : [];
  return [...new Set([resolve(folder), ...beside.map((name) => join(around, name))])];
}

function bestKnown({ versions, aliases }: Model): Model["versions"][number] | undefined {
  const champion = aliases.find(({ alias }) => alias === "champion");
  return versions.find(({ version }) => version === champion?.version) ?? versions.at(-1);
}

async function modelsOf(folder: string): Promise<readonly Model[]> {
  const path = join(folder, ".millrace", "metadata.db");
  if (!existsSync(path) || !statSync(path).isFile()) return [];
  const metadata = sqliteMetadata({ path });
  try {
    await metadata.open();
    return await listModels({ metadata });
  } catch {
    return [];
  } finally {
    await metadata.close().catch(() => undefined);
  }
}
