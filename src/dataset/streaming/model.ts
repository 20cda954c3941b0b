import type { Frame } from "@millrace/program";
import type { ReadProblem } from "../model.ts";

/** How much of a source is held at once: whichever comes first. */
export interface PartSize {
  readonly rows: number;
  /** Bytes of text, or of values in a typed source. */
  readonly bytes: number;
}

/** The value of a row (from 0) and column (from 0) as it was read; null where it is missing. */
export type TextAt = (row: number, column: number) => string | null;

/** A source that is read part by part, so that it may be larger than the memory. */
export interface StreamedSource {
  readonly format: string;
  readonly names: readonly string[];
  readonly problems: readonly ReadProblem[];
  /** How the text of timestamp columns was read, by column. */
  readonly patterns: ReadonlyMap<string, string>;
  /** Reads the source once, giving its rows in order as frames; the next part is read when the work is done. */
  each(work: (frame: Frame) => void | Promise<void>): Promise<void>;
  /** As `each`, values as the texts that were read. */
  eachText(work: (rows: number, textAt: TextAt) => void | Promise<void>): Promise<void>;
}
