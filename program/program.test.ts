import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL(".", import.meta.url));
const sources = (readdirSync(folder, { recursive: true }) as string[]).filter(
  // What only tests use may use the platform; the text of a runtime is checked where it is made.
  (path) => path.endsWith(".ts") && !/\.test\.ts$|node_modules|^testing\/|\/fixtures\/|runtime-text\.ts$/.test(path),
);

describe("@millrace/program", () => {
  it("imports nothing but its own files, so that it runs in browsers and edge workers", () => {
    expect(sources.length).toBeGreaterThan(30);
    for (const path of sources)
      for (const [, from = "dynamic"] of readFileSync(`${folder}/${path}`, "utf8").matchAll(
        /^(?:import|export)\b[^;]*?\bfrom "([^"]+)"|^\s*import\s*"([^"]+)"/gm,
      ))
        expect(from, path).toMatch(/^\.{1,2}\//);
  });

  it("uses none of the platform's elementary functions, whose last bits differ", () => {
    const forbidden =
      /\bMath\.(exp|log|log1p|log2|log10|expm1|sin|cos|tan|tanh|pow|cbrt|hypot|random)\b|(?<!\b2) \*\* |Date\.now|new Date/;
    // SQL calls the database's functions, within a tolerance.
    for (const path of sources.filter((name) => name !== "format/sha256.ts" && !name.startsWith("compile/sql/")))
      expect(
        forbidden.exec(readFileSync(`${folder}/${path}`, "utf8").replace(/\/\*\*/g, ""))?.[0],
        path,
      ).toBeUndefined();
  });
});
