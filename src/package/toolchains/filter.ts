import { join } from "node:path";
import type { ProgramOutputs } from "@millrace/program";
import { outputColumns } from "@millrace/program/write";
import { isMillraceError, MillraceError } from "#kernel";
import { readCsv, scoredClasses } from "../golden/csv.ts";
import type { Found, Rows, ScoredRow, Toolchain, Work } from "../model.ts";
import { runChild } from "./run-child.ts";

type Command = readonly [command: string, ...args: string[]];

export interface FilterToolchain {
  readonly name: string;
  readonly targets: Toolchain["traits"]["targets"];
  /** Prints the version; the first number of its output is it. */
  readonly version: Command;
  /** The commands that build the files, in order. */
  build(files: readonly string[]): readonly Command[];
  /** The command that is the filter. */
  run(files: readonly string[]): Command;
  readonly env?: Readonly<Record<string, string>>;
}

/** A toolchain whose programs are filters: CSV rows in, CSV scores out. */
export function filterToolchain(filter: FilterToolchain): Toolchain {
  const { name, targets, env = {} } = filter;
  const child = (work: Work, [command, ...args]: Command, stdin = "") =>
    runChild(command, args, {
      cwd: work.folder,
      temporary: join(work.folder, ".tmp"),
      stdin,
      timeLimitMs: work.timeLimitMs,
      signal: work.signal,
      env: env,
    });
  return {
    kind: "toolchain",
    name,
    version: "1",
    traits: { targets },
    find: () => findCommand(filter.version),
    async build(work) {
      for (const command of filter.build(work.compiled.files.map(({ path }) => path))) {
        const { code, stderr, stdout } = await child(work, command);
        if (code !== 0) throw buildFailed(name, `${stderr}\n${stdout}`);
      }
    },
    async run(work, rows: Rows) {
      const command = filter.run(work.compiled.files.map(({ path }) => path));
      const { code, stdout, stderr } = await child(work, command, rows.csv);
      if (code !== 0) throw runFailed(name, `it ended with ${code}: ${firstLine(stderr)}`);
      return readScores(name, work.program.outputs, stdout, rows.rows.length);
    },
  };
}

async function findCommand([command, ...args]: Command): Promise<Found> {
  try {
    const { code, stdout, stderr } = await runChild(command, args, { cwd: process.cwd(), timeLimitMs: 20_000 });
    const version = /\d+(?:\.\d+)+|\d+/.exec(`${stdout}\n${stderr}`)?.[0];
    if (code === 0 && version !== undefined) return { version };
    return { missing: `${command} does not say its version` };
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    return { missing: `${command} is not installed` };
  }
}

/** Scores as a filter printed them. */
export function readScores(name: string, outputs: ProgramOutputs, text: string, rows: number): readonly ScoredRow[] {
  const [header = [], ...records] = readCsv(text);
  const classes = scoredClasses(outputs);
  const wanted = outputColumns(outputs);
  if (header.length !== wanted.length || header.some((cell, k) => cell !== wanted[k]))
    throw runFailed(
      name,
      `its header is ${JSON.stringify(header).slice(0, 200)}, not ${JSON.stringify(wanted).slice(0, 200)}`,
    );
  if (records.length !== rows) throw runFailed(name, `it wrote ${records.length} rows for ${rows}`);
  return records.map((cells) => {
    const [prediction = "", score = "", ...rest] = cells;
    if (cells.length !== wanted.length) throw runFailed(name, `it wrote a row with ${cells.length} cells`);
    const extras = rest.slice(classes.length).map((cell) => (cell === "" ? null : cell));
    const beside = extras.length === 0 ? {} : { extras };
    if (score === "") return { prediction: prediction === "" ? null : prediction, score: null, ...beside };
    return {
      prediction: prediction === "" ? null : outputs.task === "regression" ? numberOf(prediction) : prediction,
      score: numberOf(score),
      ...(classes.length === 0 ? {} : { scores: rest.slice(0, classes.length).map(numberOf) }),
      ...beside,
    };
  });
}

function numberOf(text: string): number {
  return text === "" ? Number.NaN : Number(text);
}

export function buildFailed(name: string, output: string): MillraceError {
  return new MillraceError("PACKAGE_BUILD_FAILED", {
    message: `${name} cannot build the export: ${firstLine(output)}.`,
    next: "Report this with the model file: an export must always build.",
    facts: { toolchain: name, output: output.slice(0, 4000) },
  });
}

export function runFailed(name: string, problem: string): MillraceError {
  return new MillraceError("PACKAGE_RUN_FAILED", {
    message: `The export run by ${name} failed: ${problem}.`,
    next: "Report this with the model file: an export must score every row that the program scores.",
    facts: { toolchain: name },
  });
}

function firstLine(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const told = lines.find((line) => /^\S+:\d+:/.test(line)) ?? lines.find((line) => /error/i.test(line)) ?? lines[0];
  return (told ?? "it said nothing").trim().slice(0, 300);
}
