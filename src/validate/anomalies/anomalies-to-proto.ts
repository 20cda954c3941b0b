import type { JsonObject, JsonValue } from "@millrace/program";
import type { Anomaly } from "./model.ts";

/**
 * Anomalies as TensorFlow Metadata's `Anomalies` message in JSON (snake_case names, empty fields left out): one entry a
 * column with its reasons, and a text that joins them.
 */
export function anomaliesToProto(anomalies: readonly Anomaly[]): JsonObject {
  const info: Record<string, JsonValue> = {};
  for (const feature of new Set(anomalies.map((anomaly) => anomaly.feature))) {
    if (feature !== null)
      info[serializedPath(feature)] = {
        path: { step: [feature] },
        ...unify(anomalies.filter((anomaly) => anomaly.feature === feature)),
      };
  }
  const dataset = anomalies.filter(({ feature, type }) => feature === null && type !== "DATA_MISSING");
  return {
    anomaly_name_format: "SERIALIZED_PATH",
    ...(Object.keys(info).length > 0 && { anomaly_info: info }),
    ...(dataset.length > 0 && { dataset_anomaly_info: unify(dataset) }),
    ...(anomalies.some(({ type }) => type === "DATA_MISSING") && { data_missing: true }),
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

/** A column's name as a step of a path: quoted where it holds a dot, a parenthesis or a quote. */
function serializedPath(name: string): string {
  return /[.()']/.test(name) ? `'${name.replaceAll("'", "''")}'` : name;
}
