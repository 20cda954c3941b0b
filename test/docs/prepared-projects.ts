import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./run-page.ts";

const made = new Map<string, string>();

/** A folder with an example's data (`weather-data`), or with its config and one turn of its loop, too (`weather`); `undefined` for an empty project. */
export function preparedProject(name: string): string | undefined {
  if (name === "empty") return undefined;
  const known = made.get(name);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), `millrace-docs-${name}-`));
  const data = "../../node_modules/vega-datasets/data/";
  const example = name.replace(/-data$/, "");
  const config = readFileSync(join(root, "examples", example, "millrace.config.ts"), "utf8");
  for (const [, file] of config.matchAll(/vega-datasets\/data\/([\w-]+\.csv)/g))
    copyFileSync(join(root, "node_modules", "vega-datasets", "data", file!), join(folder, file!));
  made.set(name, folder);
  if (example !== name) return folder;
  writeFileSync(join(folder, "millrace.config.ts"), config.replaceAll(data, ""));
  execFileSync(process.execPath, [join(root, "bin/millrace.js"), "run", "--quiet", "--set", "train.budgetTrials=3"], {
    cwd: folder,
    stdio: "ignore",
  });
  return folder;
}

export function removePrepared(): void {
  for (const folder of made.values()) rmSync(folder, { recursive: true, force: true });
  made.clear();
}
