// The pages' commands are run, in order, and what the pages show of their output is held against it; TypeScript blocks are
// run, or checked as parts of a config. A block in ```console is shown only.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readPage, wordsOf } from "./page.ts";
import { preparedProject, removePrepared } from "./prepared-projects.ts";
import { root, runPage } from "./run-page.ts";

const pages = ["README.md", ...markdownBelow("docs"), ...markdownBelow("examples")].map((path) => ({
  name: path,
  ...readPage(join(root, path)),
}));

afterAll(removePrepared);

describe.each(pages.filter((page) => page.blocks.some(({ language }) => language === "sh")))("$name", (page) => {
  test("its commands do what it says", { timeout: 180_000 }, async () => {
    for (const { block, output, exit } of await runPage(page, preparedProject(page.project))) {
      const at = `${relative(root, page.path)}:${block.line}`;
      expect(`${at} ${exit}\n${exit === Number(block.marks.exit ?? 0) ? "" : output}`).toBe(
        `${at} ${block.marks.exit ?? 0}\n`,
      );
      if (block.shown === null) continue;
      const said = new Set(output.split("\n").map(wordsOf));
      const missing = block.shown.text.split("\n").filter((line) => line.trim() !== "…" && !said.has(wordsOf(line)));
      expect({ at, missing, output: missing.length === 0 ? "" : output }).toEqual({ at, missing: [], output: "" });
    }
  });
});

describe.each(pages.filter((page) => page.blocks.some(({ language }) => language === "ts")))("$name", (page) => {
  test("its TypeScript runs", { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-docs-ts-"));
    try {
      for (const { language, text, line, marks } of page.blocks) {
        if (language !== "ts" || marks.file !== undefined) continue;
        const path = join(folder, `block-${line}.ts`);
        writeFileSync(path, /^import /m.test(text) ? text.replaceAll(/from "(zod)"/g, zodFrom) : asConfig(text));
        execFileSync(process.execPath, ["--import", join(root, "bin/hooks.js"), path], { cwd: folder, stdio: "pipe" });
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** A part of a config, in a config that needs nothing else. */
function asConfig(part: string): string {
  return [
    'import { defineFactory } from "millrace";',
    "defineFactory({",
    '  ...{ name: "churn", task: "binary", target: "churned" },',
    '  ...{ data: { customers: { source: { kind: "file", path: "customers.csv" } } } },',
    "  ...{",
    part,
    "  },",
    "});",
  ].join("\n");
}

/** A page's module is run outside the checkout, where a person would have installed zod. */
function zodFrom(): string {
  return `from ${JSON.stringify(import.meta.resolve("zod"))}`;
}

function markdownBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join(folder, path))
    .sort();
}
