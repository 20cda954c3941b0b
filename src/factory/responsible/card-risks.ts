import type { Fairness } from "#evaluate";
import type { CardRisk, CardSlice } from "#registry";
import { type RiskAnswers, type RiskQuestion, riskQuestions } from "./risk.ts";

/** Which gaps between groups speak for or against a harm. */
const gapsOf: Partial<
  Record<
    RiskQuestion,
    readonly (readonly [keyof Fairness & ("demographicParity" | "equalOpportunity" | "equalisedOdds"), string])[]
  >
> = {
  opportunityDenial: [
    ["demographicParity", "selection rates"],
    ["equalOpportunity", "true positive rates"],
  ],
  disproportionateFailure: [["equalisedOdds", "true or false positive rates"]],
  disadvantage: [["demographicParity", "selection rates"]],
};

/** Every question with its answer, and for harms what slices and groups of the columns it names show. */
export function cardRisks(
  risk: RiskAnswers | undefined,
  slices: readonly CardSlice[],
  fairness: readonly Fairness[] = [],
): CardRisk[] {
  if (risk === undefined) return [];
  return (Object.entries(riskQuestions) as [RiskQuestion, string][]).map(([key, question]) => {
    const found = risk[key];
    return {
      question,
      answer: found?.answer ?? null,
      severity: found?.severity ?? null,
      evidence: found !== undefined && "slices" in found ? evidenceOf(key, found, slices, fairness) : null,
    };
  });
}

function evidenceOf(
  key: RiskQuestion,
  { slices: columns, severity }: { readonly slices: readonly string[]; readonly severity: string },
  slices: readonly CardSlice[],
  fairness: readonly Fairness[],
): string | null {
  if (columns.length === 0)
    return severity === "none" ? null : `No evidence: name the columns whose slices show it under risk.${key}.slices.`;
  const shown = slices.filter(({ name }) => columns.some((column) => isOf(name, column)));
  const lines = shown.map(({ name, metric, value, low, high, clearlyWorse }) => {
    const range = low === null || high === null ? "" : ` (${figure(low)} to ${figure(high)})`;
    return `${name}: ${metric} ${figure(value)}${range}${clearlyWorse ? ", clearly worse" : ""}`;
  });
  const missing = columns.filter((column) => !shown.some(({ name }) => isOf(name, column)));
  const gaps = fairness
    .filter(({ by }) => columns.includes(by))
    .flatMap((one) =>
      (gapsOf[key] ?? []).map(([gap, rates]) =>
        one[gap].difference === null
          ? `the gap of ${rates} by ${one.by} is not defined`
          : `${rates} differ by ${figure(one[gap].difference)} between groups of ${one.by}`,
      ),
    );
  return [...gaps, ...lines, ...missing.map((column) => `${column}: no slice was measured; name it in roles`)].join(
    "; ",
  );
}

const figure = (value: number | null) => (value === null ? "not defined" : String(Number(value.toPrecision(3))));

/** `age = 3`, `age < 27`, `27 ≤ age < 34`, or a cross of these. */
function isOf(slice: string, column: string): boolean {
  return slice
    .split(" and ")
    .some(
      (side) => side.startsWith(`${column} `) || (/ ≤ /.test(side) && side.split(" ≤ ")[1]!.startsWith(`${column} `)),
    );
}
