import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { millrace, temporaryFolder, writeWeather } from "./millrace.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Prints the address of every module that is loaded. */
const listModules =
  "data:text/javascript," +
  encodeURIComponent(
    `import { registerHooks } from "node:module";
     import { writeSync } from "node:fs";
     registerHooks({ load: (url, context, next) => { writeSync(2, "loaded " + url + "\\n"); return next(url, context); } });`,
  );

test("--help loads commander and the command tree, and no room", () => {
  const { code, stderr } = millrace(["score", "--help"], {
    cwd: root,
    env: { NODE_OPTIONS: `--import=${listModules}` },
  });
  expect(code).toBe(0);
  const loaded = [...stderr.matchAll(/^loaded file:\/\/(\S+)/gm)].map((match) => decodeURIComponent(match[1]!));
  const others = loaded.filter(
    (path) =>
      !/\/node_modules\/commander\/|\/bin\/(millrace|hooks)\.js$|\/src\/cli\/((main|command|terminal|where-typed)\.ts$|commands\/)/.test(
        path,
      ),
  );
  expect(loaded.length).toBeGreaterThan(5);
  expect(others).toEqual([]);
});

test("under npm run, paths count from where the user typed", async () => {
  const typed = temporaryFolder();
  await writeWeather(typed.path);
  const env = { INIT_CWD: typed.path, npm_lifecycle_event: "millrace", npm_package_json: `${root}/package.json` };
  expect(millrace(["data", "inspect", "weather.csv", "--json"], { cwd: root, env }).json().rows).toBe(1461);
  // A child in a folder of its own inherits the variables, and stays where it is.
  const apart = temporaryFolder();
  expect(millrace(["data", "inspect", "weather.csv", "--json"], { cwd: apart.path, env }).code).toBe(5);
  typed.remove();
  apart.remove();
});
