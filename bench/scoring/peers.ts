import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const packages = [
  "lightgbm",
  "lleaves",
  // lleaves 1.3 asks LLVM for what later versions no longer have.
  "llvmlite<0.44",
  "treelite",
  "tl2cgen",
  "onnxmltools",
  "skl2onnx",
  "onnx",
  "pandas",
];

/** The Python peers in an environment that is thrown away; undefined where uv is not installed. */
export interface Peers {
  readonly folder: string;
  ask<T>(question: object): Promise<T>;
  close(): void;
}

export function openPeers(): Peers | undefined {
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  const venv = join(folder, "venv");
  const python = join(venv, "bin", "python");
  for (const args of [
    ["venv", "--quiet", venv],
    ["pip", "install", "--quiet", "--python", python, ...packages],
  ]) {
    const { status, stderr, error } = spawnSync("uv", args, { encoding: "utf8" });
    if (status === 0) continue;
    console.log(`No Python peers: uv ${args[0]} failed: ${error?.message ?? stderr.trim().split("\n").at(-1)}`);
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  const child: ChildProcess = spawn(python, [join(import.meta.dirname, "peers.py")], {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: folder,
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    folder,
    async ask<T>(question: object) {
      child.stdin!.write(`${JSON.stringify(question)}\n`);
      // A line that is not JSON is a peer's own word.
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`peers.py ended at ${JSON.stringify(question)}`);
        if (value.startsWith("{")) return JSON.parse(value) as T;
      }
    },
    close() {
      child.stdin!.end();
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
