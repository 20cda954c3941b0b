import type { JsonObject, JsonValue } from "@millrace/program";
import { compareBytes } from "../statistics/compare-bytes.ts";
import { pathKey } from "./checks/feature-paths.ts";
import type { Anomaly, DriftSkew } from "./model.ts";

/**
 * Anomalies as TensorFlow Metadata's `Anomalies` message in JSON (snake_case names, empty fields left out): one entry a
 * column with its reasons, and a text that joins them.
 */
export function anomaliesToProto(anomalies: readonly Anomaly[], driftSkew: readonly DriftSkew[] = []): JsonObject {
  if (anomalies.some(({ type }) => type === "DATA_MISSING")) return { data_missing: true };
  const info: Record<string, JsonValue> = {};
  for (const feature of new Set(anomalies.map((anomaly) => anomaly.feature))) {
    if (feature === null) continue;
    const ofFeature = anomalies.filter((anomaly) => anomaly.feature === feature);
    info[pathKey([feature])] = { path: { step: [feature] }, ...unify(ofFeature) };
  }
  const dataset = anomalies.filter(({ feature }) => feature === null);
  const drift = [...new Set(driftSkew.map(({ feature }) => feature))].sort(compareBytes).map((feature): JsonObject => {
    const of = (kind: DriftSkew["kind"]) =>
      driftSkew
        .filter((one) => one.feature === feature && one.kind === kind)
        .map(({ measure, value, threshold }) => ({ type: measure, value, threshold }));
    const [drifts, skews] = [of("drift"), of("skew")];
    return {
      path: { step: [feature] },
      ...(drifts.length > 0 && { drift_measurements: drifts }),
      ...(skews.length > 0 && { skew_measurements: skews }),
    };
  });
  return {
    anomaly_name_format: "SERIALIZED_PATH",
    ...(Object.keys(info).length > 0 && { anomaly_info: info }),
    ...(dataset.length > 0 && { dataset_anomaly_info: unify(dataset) }),
    ...(drift.length > 0 && { drift_skew_info: drift }),
  };
}

function unify(anomalies: readonly Anomaly[]): JsonObject {
  // Reasons without a long text do not count when several are joined.
  const told = anomalies.length === 1 ? anomalies : anomalies.filter(({ long }) => long !== "");
  return {
    severity: anomalies.some(({ severity }) => severity === "ERROR") ? "ERROR" : "WARNING",
    short_description: told.length === 1 ? told[0]!.short : "Multiple errors",
    description: told.map(({ long }) => long).join(" "),
    reason: anomalies.map(({ type, short, long }) => ({ type, short_description: short, description: long })),
  };
}
