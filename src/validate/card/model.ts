import type { Anomaly } from "../anomalies/model.ts";
import type { AssumptionResult } from "../assumptions/check-assumptions.ts";
import type { QualityReport } from "../quality/describe-quality.ts";
import type { Schema } from "../schema/model.ts";
import type { DatasetStatistics } from "../statistics/model.ts";
import type { Supply } from "../supply/describe-supply.ts";

/** What only a person can say of data. */
export interface DataNote {
  readonly purpose?: string | undefined;
  readonly meaning?: string | undefined;
  readonly owner?: string | undefined;
  readonly licence?: string | undefined;
  readonly refresh?: string | undefined;
  readonly collection?: string | undefined;
  readonly notFor?: string | undefined;
}

/** One source that the rows came from. */
export interface CardSource {
  readonly name: string;
  readonly source: string;
  readonly files: readonly { readonly path: string; readonly digest: string; readonly rows: number }[];
  readonly note: DataNote;
}

/** All that a data card is written from: what the record holds, and what a person wrote. */
export interface DataCardFacts {
  readonly name: string;
  /** Digest of the schema and rows; null where no snapshot was made. */
  readonly content: string | null;
  readonly statistics: DatasetStatistics;
  readonly note: DataNote;
  readonly sources: readonly CardSource[];
  /** What the reader and the steps after it said. */
  readonly problems: readonly string[];
  readonly operations: readonly string[];
  readonly schema: { readonly from: string; readonly schema: Schema } | null;
  readonly anomalies: readonly Pick<Anomaly, "feature" | "severity" | "short" | "long">[];
  /** Rows that cause errors; null where there is no schema. */
  readonly badRows: number | null;
  readonly assumptions: readonly Pick<AssumptionResult, "statement" | "owner" | "verdict">[];
  readonly quality: QualityReport;
  readonly supply: Supply;
  readonly target: string | null;
  readonly splits: Readonly<Record<string, number>> | null;
}

/** One of the four scores, in [0, 1]; null where what it needs is not known, which `evidence` then says. */
export interface DataScore {
  readonly name: "consistency" | "coverage" | "amount" | "timeliness";
  readonly value: number | null;
  readonly evidence: string;
}

export interface DataCard {
  readonly json: Readonly<Record<string, unknown>>;
  readonly markdown: string;
  readonly html: string;
}

/** A part of the page, before it is Markdown or HTML. */
export type CardBlock =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "ask"; readonly field: string; readonly question: string }
  | {
      readonly kind: "table";
      readonly head: readonly string[];
      readonly rows: readonly (readonly (string | number | null | undefined)[])[];
    };

export interface CardSection {
  readonly title: string;
  readonly blocks: readonly CardBlock[];
}
