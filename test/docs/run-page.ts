import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Block, Page } from "./page.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface BlockResult {
  readonly block: Block;
  readonly output: string;
  readonly exit: number;
}

/** Runs the page's ```sh blocks in order, in one shell, in a folder of its own; writes its `file=` blocks as files. */
export async function runPage(page: Page, prepared?: string): Promise<readonly BlockResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-docs-"));
  const project = join(folder, "project");
  mkdirSync(project);
  if (prepared !== undefined) cpSync(prepared, project, { recursive: true });
  const shown = page.blocks.filter((block) => block.language === "sh" || block.marks.file !== undefined);
  try {
    const port = await freePort();
    const script = [
      // Jobs get process groups of their own, as in a terminal, so that `kill %1` ends all of one.
      "set -m",
      `millrace() { "${process.execPath}" "$MILLRACE/bin/millrace.js" "$@"; }`,
      ...shown.map((block, k) =>
        block.marks.file === undefined
          ? `${withPort(block.text, port)}\nprintf '\\n@@ %s %s\\n' ${k} $?`
          : `cp "${stage(folder, k, withPort(block.text, port))}" "${block.marks.file}"`,
      ),
      // What a page left in the background ends with it.
      'for job in $(jobs -p); do kill -- "-$job"; done 2>/dev/null; wait',
    ].join("\n");
    return split(shown, (await bash(script, project)).replaceAll(`:${port}`, ":8123"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function stage(folder: string, k: number, text: string): string {
  const path = join(folder, `file-${k}`);
  writeFileSync(path, `${text}\n`);
  return path;
}

/** Pages say 8123; a test takes whichever port is free. */
function withPort(text: string, port: number): string {
  return text.replaceAll("8123", String(port));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function bash(script: string, cwd: string): Promise<string> {
  const { MILLRACE_HOME: _home, MILLRACE_PROJECT: _project, ...env } = process.env;
  const child = spawn("bash", ["-c", `exec 2>&1\n${script}`], {
    cwd,
    env: {
      ...env,
      MILLRACE: root.replace(/\/$/, ""),
      NO_COLOR: "1",
      USER: "you",
      LC_ALL: "C.UTF-8",
      PATH: `${dirname(process.execPath)}:${env.PATH}`,
    },
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(output));
  });
}

function split(blocks: readonly Block[], output: string): BlockResult[] {
  const results: BlockResult[] = [];
  let rest = output;
  for (const [k, block] of blocks.entries()) {
    if (block.marks.file !== undefined) continue;
    const end = new RegExp(`\\n?@@ ${k} (\\d+)\\n`).exec(rest);
    if (end === null) throw new Error(`The block at line ${block.line} did not come to its end:\n${rest.slice(-2000)}`);
    results.push({ block, output: tidy(rest.slice(0, end.index)), exit: Number(end[1]) });
    rest = rest.slice(end.index + end[0].length);
  }
  return results;
}

/** Output as a page shows it: without progress lines, with the temporary folder named by what it is. */
function tidy(output: string): string {
  return output
    .split("\n")
    .filter((line) => !/^… /.test(line))
    .map((line) => line.replace(/\/\S*millrace-docs-\w+\/project/g, "/path/to/project").trimEnd())
    .join("\n")
    .replace(/^\n+|\n+$/g, "");
}
