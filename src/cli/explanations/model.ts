import type { Frame, JsonObject } from "@millrace/program";

/** The rows that a command explains. */
export interface ExplainedRows {
  readonly frame: Frame;
}

/** What one way to explain found, for machines and for people. */
export interface Explained {
  readonly json: JsonObject;
  readonly lines: readonly string[];
}
