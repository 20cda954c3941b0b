import type { InputType } from "../model.ts";

/** What every rule may say beside its conditions. */
interface RuleFrame {
  /** Default: binary for a condition, multiclass for texts, regression for numbers. */
  readonly task?: "binary" | "multiclass" | "regression";
  /** Class names; binary: [negative, positive]. */
  readonly classes?: readonly string[];
  /** Binary: the probability from which on the positive class is predicted; 0.5 where none is given. */
  readonly threshold?: number;
  /** Types of columns where the rule itself does not tell them. */
  readonly types?: Readonly<Record<string, InputType>>;
  /** How texts of timestamp columns are written, as `strptime` says it; ISO 8601 is always read. */
  readonly patterns?: Readonly<Record<string, string>>;
}

/** One SQL expression over the raw columns: a condition, a probability, a value or a class. */
export interface ExpressionRule extends RuleFrame {
  readonly kind: "expression";
  readonly expression: string;
}

/** Conditions in order, of which the first that is true decides. */
export interface RuleList extends RuleFrame {
  readonly kind: "rules";
  readonly rules: readonly {
    readonly if: string;
    /** A probability or value; a class; true or false. */
    readonly then: number | string | boolean;
    /** For people. */
    readonly because?: string;
  }[];
  /** Where no condition is true; without it such a row has no prediction. */
  readonly otherwise?: number | string | boolean;
}

/** Points of one column: by ranges of its numbers, or by its levels. */
export type ScorecardColumn =
  | {
      readonly column: string;
      /** In increasing order: `upTo` counts its bound in, `below` does not; the last one has neither. */
      readonly bins: readonly { readonly upTo?: number; readonly below?: number; readonly points: number }[];
      readonly missing?: number;
    }
  | {
      readonly column: string;
      readonly levels: Readonly<Record<string, number>>;
      /** Points of a text that is no level; without it such a row has no score. */
      readonly other?: number;
      readonly missing?: number;
    };

/** Points added up from a base, and what they say of the odds. */
export interface Scorecard extends RuleFrame {
  readonly kind: "scorecard";
  readonly base?: number;
  readonly columns: readonly ScorecardColumn[];
  /** The odds of the positive class are `at` : 1 at `points`, and double with every `double` points more (fewer, where negative). */
  readonly odds?: { readonly points: number; readonly at: number; readonly double: number };
}

/** A model that a person writes. */
export type RuleDefinition = ExpressionRule | RuleList | Scorecard;
