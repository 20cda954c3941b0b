import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ModelFile } from "@millrace/program";
import { type CompileOptions, compilers } from "@millrace/program/compile";
import { isMillraceError, MillraceError } from "#kernel";
import { goldenVectors } from "../golden/golden-vectors.ts";
import { buildFailed, runFailed } from "../toolchains/filter.ts";
import { runChild } from "../toolchains/run-child.ts";
import { goServer } from "./go-server.ts";
import { needsOnnxRuntime } from "./runtime-entries.ts";

export interface StaticProgram {
  readonly bytes: Uint8Array;
  /** A filter of CSV, or an HTTP server that is a filter with the argument `filter`. */
  readonly kind: "filter" | "server";
  /** What it was built with. */
  readonly toolchain: string;
}

const c = {
  target: "c",
  command: "cc",
  args: ["-O2", "-ffp-contract=off", "-static", "-s", "-DNDEBUG", "model.c", "-lm", "-o", "score.out"],
  env: {},
} as const;
const go = {
  target: "go",
  command: "go",
  args: ["build", "-trimpath", "-ldflags", "-s -w -buildid=", "-o", "score.out", "."],
  env: { GOPROXY: "off", GOTOOLCHAIN: "local", CGO_ENABLED: "0" },
} as const;

/**
 * The program as one static executable for this machine's architecture, tried on the golden rows before it is given back: an HTTP
 * server, which Go alone can build, or a CSV filter.
 *
 * Errors: PACKAGE_IMAGE_NO_TOOLCHAIN; PACKAGE_BUILD_FAILED; PACKAGE_RUN_FAILED: when it scores a golden row otherwise.
 */
export async function buildStatic(
  kind: StaticProgram["kind"],
  file: ModelFile,
  options: CompileOptions,
): Promise<StaticProgram> {
  const { program, tensors } = file;
  const reasons: string[] = [];
  for (const { target, command, args, env } of kind === "server" ? [go] : [c, go]) {
    const compiler = compilers.get(target);
    if (compiler === undefined || compiler.supports(program, tensors).length > 0) {
      reasons.push(`there is no export to ${target}`);
      continue;
    }
    const folder = await mkdtemp(join(tmpdir(), "millrace-image-"));
    try {
      const { files } = compiler.compile(program, tensors, options);
      const version = String(options.version ?? 0);
      const sources = kind === "server" ? goServer({ name: options.name, version, file, files }) : files;
      for (const { path, content } of sources) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      const built = await tryBuild(command, args, folder, env);
      if (built === undefined) {
        reasons.push(`${command} is not installed`);
        continue;
      }
      if (built.code !== 0) throw buildFailed(command, built.stderr);
      await tryGolden(join(folder, "score.out"), kind, file, command);
      return { bytes: await readFile(join(folder, "score.out")), kind, toolchain: command };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  throw new MillraceError("PACKAGE_IMAGE_NO_TOOLCHAIN", {
    message: `No static ${kind} can be built here: ${reasons.join("; ")}.`,
    next: needsOnnxRuntime(program)
      ? "Give --base the layout of an image that has Node 24 or later: onnxruntime runs the model's ONNX graph there."
      : kind === "server"
        ? "Install go, give --base the layout of an image that has Node, or take --image filter."
        : "Install cc or go, or give --base the layout of an image that has Node.",
  });
}

async function tryGolden(path: string, kind: StaticProgram["kind"], file: ModelFile, command: string): Promise<void> {
  const golden = goldenVectors(file.program, file.tensors, 256);
  const ran = await runChild(path, kind === "server" ? ["filter"] : [], {
    cwd: dirname(path),
    stdin: golden.input,
    timeLimitMs: 60_000,
  });
  if (ran.code !== 0 || ran.stdout !== golden.expected)
    throw runFailed(command, "the static program does not score the golden rows as the model does");
}

async function tryBuild(command: string, args: readonly string[], folder: string, env: Record<string, string>) {
  try {
    return await runChild(command, args, { cwd: folder, temporary: join(folder, ".tmp"), timeLimitMs: 300_000, env });
  } catch (error) {
    if (isMillraceError(error) && error.code === "PACKAGE_CHILD_FAILED") return undefined;
    throw error;
  }
}
