import type { ColumnStatistics } from "../../statistics/model.ts";
import type { Finding } from "../model.ts";

/** A feature whose name another feature has. */
export function nameCollision(kind: "Sparse" | "Weighted"): Finding {
  const short = `${kind} feature name collision`;
  return {
    type: kind === "Sparse" ? "SPARSE_FEATURE_NAME_COLLISION" : "WEIGHTED_FEATURE_NAME_COLLISION",
    short,
    long: `${short}.`,
  };
}

/** Where the index columns and the value column of a sparse feature do not go together. */
export function checkSparse(column: ColumnStatistics): Finding[] {
  const findings: Finding[] = [];
  for (const { name, num, ranks = [] } of column.custom ?? []) {
    if (name === "missing_value" && (num ?? 0) !== 0)
      findings.push({
        type: "SPARSE_FEATURE_MISSING_VALUE",
        short: "Missing value feature",
        long: `Found ${num} examples missing value feature`,
      });
    for (const { value, count } of ranks) {
      if (count === 0) continue;
      if (name === "missing_index")
        findings.push({
          type: "SPARSE_FEATURE_MISSING_INDEX",
          short: "Missing index feature",
          long: `Found ${count} examples missing index feature: ${value}`,
        });
      if (name === "max_length_diff" || name === "min_length_diff")
        findings.push({
          type: "SPARSE_FEATURE_LENGTH_MISMATCH",
          short: "Length mismatch between value and index feature",
          long: `Mismatch between index feature: ${value} and value column, with ${name} = ${count}`,
        });
    }
  }
  return findings;
}

/** Where the weights of a weighted feature do not go with its values. */
export function checkWeighted(column: ColumnStatistics): Finding[] {
  const figure = (wanted: string) => column.custom?.find(({ name }) => name === wanted)?.num ?? 0;
  const findings: Finding[] = [];
  const weights = figure("missing_weight");
  if (weights !== 0)
    findings.push({
      type: "WEIGHTED_FEATURE_MISSING_WEIGHT",
      short: "Missing weight feature",
      long: `Found ${weights} examples missing weight feature.`,
    });
  const values = figure("missing_value");
  if (values !== 0)
    findings.push({
      type: "WEIGHTED_FEATURE_MISSING_VALUE",
      short: "Missing value feature",
      long: `Found ${values} examples missing value feature.`,
    });
  const least = figure("min_weight_length_diff");
  const most = figure("max_weight_length_diff");
  if (least !== 0 || most !== 0)
    findings.push({
      type: "WEIGHTED_FEATURE_LENGTH_MISMATCH",
      short: "Length mismatch between value and weight feature",
      long: `Mismatch between weight and value feature with min_weight_length_diff = ${least} and max_weight_length_diff = ${most}.`,
    });
  return findings;
}
