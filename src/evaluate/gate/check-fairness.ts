import type { z } from "zod";
import type { Fairness } from "../fairness/model.ts";
import type { SliceComparison } from "../slices/compare-slices.ts";
import type { GateCheck } from "./model.ts";
import type { gatePolicySchema } from "./policy.ts";
import { digits, lacking } from "./words.ts";

type Policy = z.output<typeof gatePolicySchema>;

/** One check a limit: the widest gap of all sensitive columns decides. */
export function checkFairness(
  policy: NonNullable<Policy["fairness"]>,
  fairness: readonly Fairness[] | undefined,
): GateCheck[] {
  const gaps = [
    ["maxOpportunityGap", "equalOpportunity", "true positive rate"],
    ["maxSelectionGap", "demographicParity", "selection rate"],
    ["maxOddsGap", "equalisedOdds", "true or false positive rate"],
  ] as const;
  const next =
    "Reweigh the training rows, choose thresholds by group on the validation rows, look for proxies of the column, or ask people whether the gap is justified.";
  const checks = gaps.flatMap(([name, key, rate]): GateCheck[] => {
    const limit = policy[name];
    if (limit === undefined) return [];
    if (fairness === undefined || fairness.length === 0) return [without(`fairness ${name}`, limit)];
    const found = fairness.map((one) => ({ by: one.by, gap: one[key] }));
    const unknown = found.find(({ gap }) => gap.difference === null);
    if (unknown !== undefined)
      return [
        {
          name: `fairness ${name}`,
          passed: false,
          value: null,
          limit,
          evidence: `The gap by ${unknown.by} cannot be computed: ${unknown.gap.reason}.`,
          next: "Gather more rows of each group, or name a coarser column as sensitive.",
        },
      ];
    const worst = found.reduce((a, b) => (b.gap.difference! > a.gap.difference! ? b : a));
    return [
      {
        name: `fairness ${name}`,
        passed: worst.gap.difference! <= limit,
        value: worst.gap.difference,
        limit,
        evidence: `The ${rate} differs by ${digits(worst.gap.difference!)} between groups of ${worst.by}${between(worst.gap)}; at most ${digits(limit)} is asked for.`,
        next: `${lacking("The gap", worst.gap.difference, limit, false)}${next}`,
      },
    ];
  });
  return policy.fourFifths ? [...checks, checkFourFifths(fairness, next)] : checks;
}

function between(gap: Fairness["equalOpportunity"] | Fairness["equalisedOdds"]): string {
  if (!("greatest" in gap)) return "";
  const interval = gap.low === null ? "" : `, ${digits(gap.low)} to ${digits(gap.high!)}`;
  return ` (${gap.greatest} above ${gap.least}${interval})`;
}

function checkFourFifths(fairness: readonly Fairness[] | undefined, next: string): GateCheck {
  const name = "fairness fourFifths";
  if (fairness === undefined || fairness.length === 0) return without(name, 0.8);
  const unknown = fairness.find(({ fourFifths }) => fourFifths === null);
  const worst = fairness.reduce((a, b) =>
    (b.demographicParity.ratio ?? 1) < (a.demographicParity.ratio ?? 1) ? b : a,
  );
  const { ratio, greatest, least } = worst.demographicParity;
  return {
    name,
    passed: unknown === undefined && ratio! >= 0.8 - 1e-12,
    value: unknown === undefined ? ratio : null,
    limit: 0.8,
    evidence:
      unknown !== undefined
        ? `The ratio by ${unknown.by} cannot be computed: ${unknown.demographicParity.reason}.`
        : `Of ${least} are selected ${digits(ratio!)} times as many as of ${greatest}; at least 0.8 is asked for.`,
    next,
  };
}

function without(name: string, limit: number): GateCheck {
  return {
    name,
    passed: false,
    value: null,
    limit,
    evidence: "The policy asks for fairness, and no sensitive column was judged.",
    next: "Name the sensitive columns in `roles.sensitive`; fairness is judged for binary tasks.",
  };
}

/** No slice of rows enough may be surely worse than the champion by more than the policy accepts. */
export function checkChampionSlices(
  { notWorseBy, minRows }: NonNullable<NonNullable<Policy["slices"]>["champion"]>,
  comparisons: readonly SliceComparison[] | null | undefined,
): GateCheck {
  const name = "slices champion";
  const next = "Keep the champion, or gather more rows like those of the slice.";
  const known = { name, limit: -notWorseBy, next };
  if (comparisons === null)
    return {
      ...known,
      passed: true,
      value: null,
      evidence: "There is no champion yet.",
      next: "Nothing: the first model has no rival.",
    };
  if (comparisons === undefined)
    return {
      ...known,
      passed: false,
      value: null,
      evidence: "The policy asks for slices beside the champion's, which were not given.",
      next: "Name columns to slice by in `roles.sensitive` or `roles.metadata`.",
    };
  const judged = comparisons.flatMap(({ name: slice, rows, comparison }) => {
    if (comparison === null || comparison.low === null || comparison.high === null || rows < minRows) return [];
    const up = comparison.direction === "up";
    const gain = up ? comparison.difference : -comparison.difference;
    // The end of the interval that favours the slice: what is only noise fails nobody.
    return [{ slice, rows, gain, best: up ? comparison.high : -comparison.low }];
  });
  if (judged.length === 0)
    return { ...known, passed: true, value: null, evidence: `No slice has ${minRows} rows to compare by.` };
  const worst = judged.reduce((a, b) => (b.best < a.best ? b : a));
  return {
    ...known,
    passed: worst.best >= -notWorseBy,
    value: worst.gain,
    evidence: `Worst slice beside the champion: ${worst.slice} with a gain of ${digits(worst.gain)} on ${worst.rows} rows (at best ${digits(worst.best)}), of ${judged.length} slices; a loss of ${digits(notWorseBy)} is accepted.`,
  };
}
