/** What a child that scores columns reads as JSON on stdin. */
export interface ChildJob {
  /** The model's file, or the text of a statement. */
  readonly model: string;
  readonly rows: number;
  /** In the order of the model's inputs. Numbers as their shortest text, because JSON has no infinities; null is missing. */
  readonly columns: readonly ChildColumn[];
  /** The first column numbers the rows, and comes back first in every row of the answer. */
  readonly ordered?: boolean;
  /** Of ONNX: the classes, and the columns of the outputs beside the score. */
  readonly classes?: readonly string[];
  readonly extras?: readonly string[];
  /** Of PostgreSQL. */
  readonly address?: string;
}

export interface ChildColumn {
  readonly name: string;
  readonly kind: "text" | "number" | "integer";
  readonly values: readonly (string | null)[];
}

/** What it writes: a row's prediction, score, scores by class and other outputs, as text; null is missing. */
export type ChildAnswer = readonly (readonly (string | null)[])[];
