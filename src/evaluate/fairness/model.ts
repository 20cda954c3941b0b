/** A rate with its interval; `null` where these rows do not define it, with the reason. */
export interface GroupRate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly reason?: string;
}

export const groupRates = [
  "selectionRate",
  "truePositiveRate",
  "falsePositiveRate",
  "falseNegativeRate",
  "precision",
  "accuracy",
] as const;
export type GroupRateName = (typeof groupRates)[number];

export interface GroupFairness {
  /** `sex = female`, `sex = female and age < 25`. */
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  readonly rows: number;
  /** Too few rows to compare by: shown with its wide intervals, and left out of the gaps. */
  readonly small: boolean;
  readonly rates: Readonly<Record<GroupRateName, GroupRate>>;
  /** Mean score minus positive share, and mean gap over ten bins; `null` where scores are no probabilities. */
  readonly calibration: { readonly bias: number | null; readonly expectedError: number | null };
}

/** How far apart two groups are on a rate: the one with the most and the one with the least. */
export interface FairnessGap {
  readonly difference: number | null;
  /** Least over greatest; `null` where the greatest is 0. */
  readonly ratio: number | null;
  /** Interval of the difference of just these two groups; none where rows have weights. */
  readonly low: number | null;
  readonly high: number | null;
  readonly greatest: string | null;
  readonly least: string | null;
  readonly reason?: string;
}

export interface Fairness {
  readonly by: string;
  readonly groups: readonly GroupFairness[];
  /** Groups that were too small to compare by. */
  readonly smallGroups: number;
  /** Equal selection rates. */
  readonly demographicParity: FairnessGap;
  /** Equal true positive rates. */
  readonly equalOpportunity: FairnessGap;
  readonly falsePositives: FairnessGap;
  /** Equal true and false positive rates: the worse of the two. */
  readonly equalisedOdds: {
    readonly difference: number | null;
    readonly ratio: number | null;
    readonly reason?: string;
  };
  /** Whether the least selection rate is at least 0.8 of the greatest; `null` where that is undefined. */
  readonly fourFifths: boolean | null;
}
