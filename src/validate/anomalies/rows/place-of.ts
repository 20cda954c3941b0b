import type { Feature, Schema } from "../../schema/model.ts";
import type { NestedColumn, NestedFrame } from "../../statistics/nested/model.ts";
import { placedFeatures } from "../checks/feature-paths.ts";
import type { Anomaly } from "../model.ts";

/** Where the feature of an anomaly stands among the rows. */
export interface Place {
  /** What SQL calls it. */
  readonly sql: string;
  readonly column: NestedColumn;
  readonly feature: Feature | undefined;
}

/**
 * The column that an anomaly speaks of, or the field of a structure; undefined where rows do not have it. A field that is
 * missing is so beside others of its structure, which a row alone does not tell from one without the structure.
 */
export function placeOf(
  { feature: name, type }: Pick<Anomaly, "feature" | "type">,
  schema: Schema,
  { columns }: NestedFrame,
): Place | undefined {
  if (name === null) return undefined;
  const own = columns.get(name);
  if (own !== undefined)
    return { sql: quoteName(name), column: own, feature: schema.feature?.find((one) => one.name === name) };
  if (ofPresence.has(type) || !name.includes(".")) return undefined;
  const placed = placedFeatures(schema).find(({ path }) => path.length > 1 && path.join(".") === name);
  let column = placed && columns.get(placed.path[0]!);
  for (const step of placed?.path.slice(1) ?? [])
    column = column?.type === "struct" ? column.fields.get(step) : undefined;
  return column && { sql: placed!.path.map(quoteName).join("."), column, feature: placed!.feature };
}

const ofPresence: ReadonlySet<string> = new Set([
  "FEATURE_TYPE_LOW_NUMBER_PRESENT",
  "FEATURE_TYPE_LOW_FRACTION_PRESENT",
  "FEATURE_TYPE_NOT_PRESENT",
  "INVALID_FEATURE_SHAPE",
]);

const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
