import type { Schema } from "../../schema/model.ts";
import type { NestedFrame } from "../../statistics/nested/model.ts";
import type { Anomaly, AnomalyExample } from "../model.ts";
import { findExamples } from "./find-examples.ts";

/** Gives the rows of a dataset part by part, each with the number of rows before it. */
export type NumberedParts = (work: (frame: NestedFrame, before: number) => void) => Promise<void>;

/**
 * Anomalies of a dataset that comes in parts, with the rows that cause them: what `validateDataset` says where it is given
 * all rows at once. One reading; none where there is no anomaly.
 */
export async function nameRows(
  anomalies: readonly Anomaly[],
  schema: Schema,
  parts: NumberedParts,
  limit = 10,
): Promise<readonly Anomaly[]> {
  if (!anomalies.some(({ feature }) => feature !== null)) return anomalies;
  const found = anomalies.map(() => ({ examples: [] as AnomalyExample[], offendingRows: 0, sql: "" }));
  await parts((frame, before) => {
    for (const [k, anomaly] of anomalies.entries()) {
      const { examples, offendingRows } = found[k]!;
      const here = findExamples(anomaly, schema, frame, limit - examples.length);
      if (here.sql === undefined) continue;
      examples.push(...here.examples!.map(({ row, value }) => ({ row: row + before, value })));
      found[k] = { examples, offendingRows: offendingRows + here.offendingRows!, sql: here.sql };
    }
  });
  return anomalies.map((anomaly, k) => (found[k]!.sql === "" ? anomaly : { ...anomaly, ...found[k] }));
}
