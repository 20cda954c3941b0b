import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Digest, type Program, ProgramError, type Tensors } from "@millrace/program";
import { type Compiled, type Compiler, compilers, nearSplits } from "@millrace/program/compile";
import { isMillraceError, platformRuntimes } from "#kernel";
import { lostText } from "../export/lost-targets.ts";
import { rowsCsv } from "../golden/csv.ts";
import type { GoldenRow } from "../golden/golden-rows.ts";
import { type GoldenVectors, goldenVectors } from "../golden/golden-vectors.ts";
import { textFrame } from "../golden/text-frame.ts";
import type { Target, Toolchain, Work } from "../model.ts";
import { rowColumn } from "../toolchains/row-column.ts";
import { allToolchains } from "../toolchains/toolchains.ts";
import { compareScores, type Differences } from "./compare-scores.ts";

export interface VerifyOptions {
  readonly name: string;
  readonly version?: number;
  readonly digest?: Digest;
  /** How many golden rows; 1000 unless told, at most 100,000. */
  readonly rows?: number;
  /** Rows that the model file keeps; they come first. */
  readonly stored?: readonly GoldenRow[];
  /** Only these; default: all. */
  readonly targets?: readonly Target[];
  readonly toolchains?: readonly Toolchain[];
  readonly signal?: AbortSignal;
  /** For each build and each run; two minutes unless told. */
  readonly timeLimitMs?: number;
  readonly onProgress?: (what: string) => void;
}

/** One export, run by one toolchain over the golden rows. */
export interface Parity extends Differences {
  readonly target: Target;
  /** Of SQL. */
  readonly dialect?: string;
  readonly toolchain: string;
  readonly version: string;
  /** Why there are no differences to show: it did not build, or did not run to its end. */
  readonly error?: string;
}

export interface Skipped {
  readonly target: Target;
  readonly dialect?: string;
  readonly toolchain: string;
  readonly reason: string;
}

export interface Verdict {
  /** No target that was run differs. */
  readonly ok: boolean;
  readonly parity: readonly Parity[];
  readonly skipped: readonly Skipped[];
}

const nothing: Differences = { cases: 0, maxAbsError: 0, maxUlp: 0, differingPredictions: 0, nearSplits: 0, ok: false };

/**
 * Exports a program to every target, builds and runs each with its toolchain where that is here, and compares what they say of
 * the golden rows with what the interpreter says.
 *
 * ```ts
 * const verdict = await verifyProgram(file.program, file.tensors, { name: "churn", targets: ["python"] });
 * verdict.parity[0]; // { target: "python", toolchain: "python3", cases: 1000, maxUlp: 0, ok: true, … }
 * ```
 *
 * An export that does not build or run is a result that is not ok. Errors: KERNEL_STOPPED.
 */
export async function verifyProgram(program: Program, tensors: Tensors, options: VerifyOptions): Promise<Verdict> {
  const golden = goldenVectors(program, tensors, options.rows ?? 1000, options.stored);
  const parity: Parity[] = [];
  const skipped: Skipped[] = [];
  for (const toolchain of options.toolchains ?? allToolchains())
    for (const target of toolchain.traits.targets) {
      if (options.targets !== undefined && !options.targets.includes(target)) continue;
      const { dialect } = toolchain.traits;
      const what = { target, ...(dialect === undefined ? {} : { dialect }), toolchain: toolchain.name };
      const compiler = compilers.get(target);
      if (compiler === undefined) {
        skipped.push({ ...what, reason: "this version has no compiler for it" });
        continue;
      }
      const lost = compiler.supports(program, tensors, dialect === undefined ? {} : { dialect });
      const found = await toolchain.find();
      if (lost.length > 0) skipped.push({ ...what, reason: `it cannot express ${lostText(lost)}` });
      else if ("missing" in found) skipped.push({ ...what, reason: found.missing });
      else {
        options.onProgress?.(`${target}${dialect === undefined ? "" : ` (${dialect})`}`);
        const result = await runTarget(program, tensors, compiler, toolchain, golden, options);
        parity.push({ ...what, version: found.version, ...result });
      }
    }
  return { ok: parity.every(({ ok }) => ok), parity, skipped };
}

async function runTarget(
  program: Program,
  tensors: Tensors,
  compiler: Compiler,
  toolchain: Toolchain,
  golden: GoldenVectors,
  options: VerifyOptions,
): Promise<Differences & { readonly error?: string }> {
  const { name, version, digest, signal = new AbortController().signal, timeLimitMs = 120_000 } = options;
  const { dialect } = toolchain.traits;
  const folder = await mkdtemp(join(tmpdir(), "millrace-verify-"));
  try {
    const compiled = compiler.compile(program, tensors, {
      name,
      ...(version === undefined ? {} : { version }),
      ...(digest === undefined ? {} : { digest }),
      ...(dialect === undefined ? {} : { dialect, idColumn: rowColumn(program) }),
    });
    await writeFiles(compiled, folder);
    const work: Work = { program, compiled, folder, signal, timeLimitMs };
    await toolchain.build(work);
    const { rows, scores, input } = toolchain.traits.carriesNul === false ? withoutNul(program, golden) : golden;
    const scored = await toolchain.run(work, { rows, csv: input });
    const { exact, tolerance } = compiler.traits;
    const near = exact
      ? undefined
      : nearSplits(program, tensors, textFrame(program, rows), tolerance, platformRuntimes);
    return compareScores(program, scores, scored, compiler.traits, near);
  } catch (error) {
    if (signal.aborted || !(isMillraceError(error) || error instanceof ProgramError)) throw error;
    return { ...nothing, error: error.message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function withoutNul({ inputs }: Program, { rows, scores, expected }: GoldenVectors): GoldenVectors {
  const kept = rows.flatMap((row, i) => (Object.values(row).some((cell) => cell?.includes("\0")) ? [] : [i]));
  const left = kept.map((i) => rows[i]!);
  return { rows: left, scores: kept.map((i) => scores[i]!), input: rowsCsv(inputs, left), expected };
}

async function writeFiles({ files }: Compiled, folder: string): Promise<void> {
  for (const { path, content } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
