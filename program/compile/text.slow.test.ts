import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { textCases } from "../testing/text-cases.ts";
import { compilers } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-text-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const node = process.execPath;
const languages = [
  { name: "js", tool: node, build: [], run: [node, "model.mjs"] },
  { name: "python", tool: "python3", build: [], run: ["python3", "model.py"] },
  {
    name: "c",
    tool: "cc",
    build: [
      "cc",
      "-O1",
      "-std=c99",
      "-pedantic",
      "-Wall",
      "-Wextra",
      "-Werror",
      "-fsanitize=address,undefined",
      "-ffp-contract=off",
      "model.c",
      "-lm",
      "-o",
      "model",
    ],
    run: ["./model"],
  },
  { name: "java", tool: "javac", build: ["javac", "-encoding", "UTF-8", "Model.java"], run: ["java", "Model"] },
  { name: "go", tool: "go", build: ["go", "build", "-o", "model.bin", "."], run: ["./model.bin"] },
] as const;

const exists = (tool: string) => spawnSync(tool, [tool === "go" ? "version" : "--version"]).error === undefined;

describe.each(languages)("text in $name", ({ name, tool, build, run }) => {
  test.skipIf(!exists(tool))("gives the interpreter's bytes for odd texts", { timeout: 600_000 }, () => {
    const compiler = compilers.get(name)!;
    textCases(77, name === "java" || name === "go" ? 6 : 10, 120).forEach(({ program, tensors, csv, expected }, k) => {
      const cwd = join(folder, name, String(k));
      for (const { path, content } of compiler.compile(program, tensors, { name: "texts" }).files) {
        mkdirSync(dirname(join(cwd, path)), { recursive: true });
        writeFileSync(join(cwd, path), content);
      }
      const [command, ...flags] = build;
      if (command !== undefined) execFileSync(command, flags, { cwd, stdio: "pipe" });
      const [filter, ...rest] = run;
      const { stdout, stderr } = spawnSync(filter!.startsWith(".") ? join(cwd, filter!) : filter!, rest, {
        cwd,
        input: csv,
        encoding: "utf8",
        maxBuffer: 1 << 28,
      });
      expect(stderr).toBe("");
      expect(stdout.split("\n")).toEqual(expected.split("\n"));
    });
  });
});
