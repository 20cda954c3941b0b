import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { load } from "../interpreter/load.ts";
import type { Program, Tensors } from "../model.ts";
import { badLists, listProgram } from "../testing/text-cases.ts";
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
  const compiler = compilers.get(name)!;
  const built = (program: Program, tensors: Tensors, place: string) => {
    const cwd = join(folder, name, place);
    for (const { path, content } of compiler.compile(program, tensors, { name: "texts" }).files) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), content);
    }
    const [command, ...flags] = build;
    if (command !== undefined) execFileSync(command, flags, { cwd, stdio: "pipe" });
    const [filter, ...rest] = run;
    return (input: string) =>
      spawnSync(filter!.startsWith(".") ? join(cwd, filter!) : filter!, rest, {
        cwd,
        input,
        encoding: "utf8",
        maxBuffer: 1 << 28,
      });
  };

  test.skipIf(!exists(tool))("refuses what is no list, as the interpreter does", { timeout: 600_000 }, () => {
    for (const type of ["strings", "vector"] as const) {
      const { program } = listProgram(type);
      const filter = built(program, new Map(), type);
      const scorer = load({ program, tensors: new Map() });
      for (const cell of badLists[type]) {
        const [problem] = scorer.check({ x: cell });
        const reason = problem?.message.replace(/^The value of "x" (.*)\.$/, "$1");
        expect(reason, cell.slice(0, 80)).toMatch(/is not a list of|instead of 3|the most is/);
        const { stderr, status } = filter(`x\n"${cell.replaceAll('"', '""')}"\n`);
        expect([stderr, status], cell.slice(0, 80)).toEqual([`row 1, column "x": ${reason}\n`, 1]);
      }
    }
  });
});
