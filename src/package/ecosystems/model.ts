import type { CompiledFile } from "@millrace/program/compile";

/** A package as its ecosystem's own tool takes it. */
export interface EcosystemPackage {
  readonly files: readonly CompiledFile[];
  /** How it is installed, and run as a filter: one command a line, in the folder of the files. */
  readonly usage: readonly string[];
}
