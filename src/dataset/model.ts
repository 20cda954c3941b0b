import type { Digest, JsonObject } from "@millrace/program";

/** Types of a snapshot's columns. */
export type SnapshotType = "number" | "integer" | "bool" | "timestamp" | "string";

/** One column of a snapshot. `pattern` says how the source's text became a timestamp. */
export interface SnapshotColumn {
  readonly name: string;
  readonly type: SnapshotType;
  readonly pattern?: string;
}

/** One file that was read. `path` is relative to the project where it lies inside it, with `/` between its parts. */
export interface SourceFile {
  readonly path: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** Something worth a person's look that did not stop the reading. */
export interface ReadProblem {
  readonly kind: string;
  readonly message: string;
  readonly next: string;
  readonly column?: string;
  readonly file?: string;
  readonly line?: number;
}

/** Where a snapshot comes from. It holds no time, and paths are relative to the project inside it, so it repeats. */
export interface Provenance {
  readonly source: JsonObject;
  /** Its files, each with the rows it gave, in order. */
  readonly files: readonly (SourceFile & { readonly rows: number })[];
  readonly problems: readonly ReadProblem[];
  /** Operations that made it from other snapshots, with what each did. */
  readonly operations?: readonly JsonObject[];
}

/** What a snapshot file holds. `content` is over schema and rows in order, not over the file's bytes. */
export interface SnapshotInfo {
  readonly rows: number;
  readonly columns: readonly SnapshotColumn[];
  readonly content: Digest;
  readonly provenance: Provenance;
}

/** What `inspectSource` found. Types are inferred from every row. */
export interface Inspection {
  readonly format: string;
  readonly encoding: string | null;
  readonly delimiter: string | null;
  readonly header: boolean | null;
  readonly rows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly type: SnapshotType;
    readonly pattern?: string;
    readonly nullable: boolean;
    readonly missing: number;
    /** Up to five distinct values in order of appearance, as text. */
    readonly examples: readonly string[];
  }[];
  readonly files: readonly SourceFile[];
  readonly problems: readonly ReadProblem[];
}

/** Where a source's paths are resolved and its downloads kept (`cache`: default `<project>/.millrace/cache`). */
export interface SourcePlace {
  readonly project: string;
  readonly cache?: string;
}
