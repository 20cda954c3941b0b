import { adjustForMany } from "../significance/false-discovery.ts";
import type { ResolvedDriftOptions } from "./drift-options.ts";
import { practicalThresholds } from "./drift-tests.ts";
import type { DriftColumn, DriftMeasurement } from "./model.ts";

export interface Measured {
  readonly name: string;
  readonly test: string;
  readonly measurement: DriftMeasurement;
}

/** What drifted: further apart than chance plus the practical threshold, and significant among all tests made. */
export function judge(
  measured: readonly Measured[],
  { alpha, thresholds }: Pick<ResolvedDriftOptions, "alpha" | "thresholds">,
): DriftColumn[] {
  const tested = measured.filter(({ measurement }) => measurement.pValue !== null);
  const adjusted = new Map(
    adjustForMany(tested.map(({ measurement }) => measurement.pValue!)).map((p, i) => [tested[i]!, p]),
  );
  return measured.map((one) => {
    const { value, expected, spread, pValue, detail } = one.measurement;
    const practical = thresholds[one.test] ?? practicalThresholds[one.test] ?? 0.1;
    const threshold = expected + practical;
    const adjustedPValue = adjusted.get(one) ?? null;
    const drifted = value !== null && adjustedPValue !== null && value >= threshold && adjustedPValue < alpha;
    return {
      name: one.name,
      test: one.test,
      value,
      threshold,
      drifted,
      detail: { expected, spread, pValue, adjustedPValue, practical, ...detail },
    };
  });
}
