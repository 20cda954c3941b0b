import type { NumericValueComparator, Schema } from "../../schema/model.ts";
import type { Finding } from "../model.ts";
import { sixDigits } from "./number-text.ts";

/** How many rows a data set has, by itself and beside the one before. */
export function checkDataset(
  rows: number,
  { datasetConstraints }: Schema,
  before: { readonly span?: number | undefined; readonly version?: number | undefined },
  compat: boolean,
): Finding[] {
  const { numExamplesDriftComparator, numExamplesVersionComparator } = datasetConstraints ?? {};
  const { minExamplesCount: min, maxExamplesCount: max } = datasetConstraints ?? {};
  const findings = [
    ...checkRatio(rows, before.span, numExamplesDriftComparator, "previous span"),
    ...checkRatio(rows, before.version, numExamplesVersionComparator, "previous version"),
  ];
  const has = `The dataset has ${rows} examples, which is`;
  if (min !== undefined && rows < min)
    findings.push({
      type: "DATASET_LOW_NUM_EXAMPLES",
      short: "Low num examples in dataset.",
      long: `${has} fewer than expected.`,
    });
  // The reference looks at a maximum only where there is a minimum, too.
  if (max !== undefined && rows > max && (min !== undefined || !compat))
    findings.push({
      type: "DATASET_HIGH_NUM_EXAMPLES",
      short: "High num examples in dataset.",
      long: `${has} more than expected.`,
    });
  return findings;
}

function checkRatio(
  rows: number,
  control: number | undefined,
  comparator: NumericValueComparator | undefined,
  name: string,
): Finding[] {
  if (control === undefined || comparator === undefined) return [];
  if (control === 0)
    return rows === 0
      ? []
      : [
          {
            type: "COMPARATOR_HIGH_NUM_EXAMPLES",
            short: `High num examples in current dataset versus the ${name}, which has 0.`,
            long: `The ${name} has 0 examples, so there is a high number of examples in the current dataset versus the ${name}.`,
          },
        ];
  const { minFractionThreshold: low, maxFractionThreshold: high } = comparator;
  const ratio = rows / control;
  const said = (word: "Low" | "High", side: "below" | "above", threshold: number): Finding => ({
    type: word === "Low" ? "COMPARATOR_LOW_NUM_EXAMPLES" : "COMPARATOR_HIGH_NUM_EXAMPLES",
    short: `${word} num examples in current dataset versus the ${name}.`,
    long: `The ratio of num examples in the current dataset versus the ${name} is ${sixDigits(ratio)} (up to six significant digits), which is ${side} the threshold ${sixDigits(threshold)}.`,
  });
  if (low !== undefined && ratio < low) return [said("Low", "below", low)];
  return high !== undefined && ratio > high ? [said("High", "above", high)] : [];
}
