import type { Program } from "@millrace/program";
import type { Compiled, CompileOptions, Compiler } from "@millrace/program/compile";
import type { Plugin } from "#kernel";
import type { GoldenRow } from "./golden/golden-rows.ts";

/** What a program can be compiled to. */
export type Target = Compiler["name"];

/** What one row got: null scores are missing, a null prediction is none; `scores` is in the order of the classes of a multiclass program. */
export interface ScoredRow {
  readonly prediction: string | number | null;
  readonly score: number | null;
  readonly scores?: readonly number[];
  /** Cells of the outputs beside the score, in the order of their columns; null is empty. */
  readonly extras?: readonly (string | null)[];
}

/** What a toolchain runs, and where. */
export interface Work {
  readonly program: Program;
  readonly compiled: Compiled;
  /** A folder of its own that holds the compiled files; gone afterwards. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** How long a build, or a run, may take. */
  readonly timeLimitMs: number;
}

export interface Rows {
  readonly rows: readonly GoldenRow[];
  /** The same as CSV. */
  readonly csv: string;
}

/** A toolchain that is here, or why it is not. */
export type Found = { readonly version: string } | { readonly missing: string };

/** Builds and runs what a compiler printed, as a user would. */
export interface Toolchain
  extends Plugin<
    "toolchain",
    {
      readonly targets: readonly Target[];
      /** Of SQL: which dialect it runs. */
      readonly dialect?: NonNullable<CompileOptions["dialect"]>;
      /** `false`: its texts cannot hold a NUL, so rows with one are left out. */
      readonly carriesNul?: false;
    }
  > {
  find(): Promise<Found>;
  /** Makes what can be run of the files; throws PACKAGE_BUILD_FAILED. */
  build(work: Work): Promise<void>;
  /** Scores every row, in order; throws PACKAGE_RUN_FAILED. */
  run(work: Work, rows: Rows): Promise<readonly ScoredRow[]>;
}
