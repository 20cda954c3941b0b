import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MillraceError } from "#kernel";
import { configName } from "../load-config.ts";
import { csvText, type DemoData, timeColumn } from "./demo-data.ts";

/** The first day that the factory has not seen when it is set up. */
export const firstLiveDay = "1997-01-01";

/**
 * Writes the demo's project: the reports before 1997, and the config. What comes after is sent as live requests.
 *
 * Errors: FACTORY_DEMO_TURNED: when a factory has turned in the folder already.
 */
export async function writeDemoProject(folder: string, data: DemoData): Promise<void> {
  if (existsSync(join(folder, ".millrace")))
    throw new MillraceError("FACTORY_DEMO_TURNED", {
      message: `A factory has turned in ${folder} already; the demo would send its reports a second time.`,
      next: `Go on with it: millrace dev --project ${folder}; or start the demo in another folder.`,
      facts: { folder },
    });
  const time = data.header.indexOf(timeColumn);
  await mkdir(join(folder, "data"), { recursive: true });
  const past = data.rows.filter((row) => row[time]! < firstLiveDay);
  await writeFile(join(folder, "data", "reports-1990-1996.csv"), csvText(data.header, past));
  await writeFile(join(folder, configName), config);
}

const config = `import { defineFactory } from "millrace";

// Will this bird strike damage the aircraft? The FAA's reports of 1990 to 1996; later ones arrive as live requests.
export default defineFactory({
  name: "bird-strikes",
  task: "binary",
  intendedUse: "Sort new strike reports so that maintenance looks first where damage is likely.",
  target: {
    name: "damaged",
    sql: "\\"Effect Amount of damage\\" <> 'None'", // None is a value here, not a missing cell
    sources: ["Effect Amount of damage"],
  },
  positive: true,
  data: {
    reports: {
      source: { kind: "file", path: "data/*.csv" },
      meaning: "one reported collision of an aircraft with wildlife",
      owner: "Federal Aviation Administration, Wildlife Strike Database",
      licence: "United States public domain; as shipped by the npm package vega-datasets",
      refresh: "P1Y",
    },
  },
  roles: { time: "Flight Date" }, // so the split is by time
  metric: "rocAucScore", // it judges the ranking, whatever threshold is chosen later
  learn: { budgetTrials: 6 },
  gate: {
    betterThanBaseline: { metric: "rocAucScore", confidence: 0.95 },
    betterThanChampion: { metric: "rocAucScore", confidence: 0.95 },
  },
  assumptions: [
    {
      name: "reports-are-complete",
      owner: "Federal Aviation Administration",
      statement: "Every report names the aircraft.",
      check: { column: "Aircraft Make Model", notMissing: true },
    },
  ],
  triggers: { newLabels: 500, minimumRows: 200 },
});
`;
