import { readFileSync, writeFileSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { digestBytes, MillraceError } from "#kernel";
import type { FittedModel } from "../../model.ts";
import { type JudgedRows, judgedBy } from "../rows/judged-rows.ts";
import type { LabelledRows } from "../rows/training-rows.ts";
import { FoldMatrices } from "../trial/fold-matrices.ts";
import type { Settings, TrialGround } from "../trial/run-trial.ts";

/** A file of this search, and the digest that whoever reads it asks for. */
export interface SearchFile {
  readonly path: string;
  readonly digest: string;
}

interface WrittenGround {
  readonly all: LabelledRows;
  readonly folds: JudgedRows["folds"];
  readonly repeats: number;
  readonly settings: Settings;
  readonly classes: readonly string[];
  readonly leftOut: readonly string[];
}

/** What all trials share, as a file that other processes of this search can read. */
export function writeGround(
  path: string,
  { rows, settings, classes }: TrialGround,
  leftOut: readonly string[],
): SearchFile {
  const ground: WrittenGround = { all: rows.all, folds: rows.folds, repeats: rows.repeats, settings, classes, leftOut };
  return write(path, ground);
}

/** Errors: LEARN_SEARCH_FILE: the file is not the one that was written. */
export function readGround(file: SearchFile): TrialGround & { readonly leftOut: readonly string[] } {
  const { all, folds, repeats, settings, classes, leftOut } = read(file) as WrittenGround;
  const rows = judgedBy(all, folds, repeats);
  return { rows, settings, classes, leftOut, matrices: new FoldMatrices(rows, settings, leftOut) };
}

export function writeMade(path: string, made: FittedModel | Float64Array): SearchFile {
  return write(path, made);
}

/** Errors: LEARN_SEARCH_FILE: the file is not the one that was written. */
export function readModel(file: SearchFile): FittedModel {
  return read(file) as FittedModel;
}

/** Errors: LEARN_SEARCH_FILE: the file is not the one that was written. */
export function readMargins(file: SearchFile): Float64Array {
  return read(file) as Float64Array;
}

function write(path: string, value: unknown): SearchFile {
  const bytes = serialize(value);
  writeFileSync(path, bytes, { mode: 0o600 });
  return { path, digest: digestBytes(bytes) };
}

function read({ path, digest }: SearchFile): unknown {
  const bytes = readFileSync(path);
  if (digestBytes(bytes) === digest) return deserialize(bytes);
  throw new MillraceError("LEARN_SEARCH_FILE", {
    message: `The file ${path} is not what this search wrote.`,
    next: "Run the search again, and keep others out of its folder.",
    facts: { path },
  });
}
