import { dirname } from "node:path";

/**
 * Lets relative paths count from where the user typed: `npm run millrace` starts in the package's folder and names the
 * user's in INIT_CWD.
 */
export function goWhereTyped(environment: NodeJS.ProcessEnv = process.env): void {
  const { npm_lifecycle_event: script, npm_package_json: manifest, INIT_CWD: typed } = environment;
  if (script !== "millrace" || manifest === undefined || typed === undefined) return;
  // Children that a command starts inherit the variables; they are already where they should be.
  if (process.cwd() === dirname(manifest)) process.chdir(typed);
}
