import type { ReadProblem } from "../model.ts";
import type { TypedColumn } from "../typing/type-column.ts";

/** What reading a source gives, before it is stored. */
export interface ReadTable {
  readonly format: string;
  readonly encoding: string | null;
  readonly delimiter: string | null;
  readonly header: boolean | null;
  readonly rows: number;
  readonly columns: readonly TypedColumn[];
  /** Rows that each file gave, in order of the files. */
  readonly fileRows: readonly number[];
  readonly problems: readonly ReadProblem[];
}
