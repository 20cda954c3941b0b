import type { Feature, Schema, SparseFeature } from "../../schema/model.ts";
import type { ColumnStatistics } from "../../statistics/model.ts";

/** A feature with its place: its name, behind the names of the structures that hold it. */
export interface PlacedFeature {
  readonly path: readonly string[];
  readonly feature: Feature;
}

/** Every feature of a schema, those of structures behind them. */
export function placedFeatures(schema: Schema): PlacedFeature[] {
  const placed: PlacedFeature[] = [];
  const walk = (features: readonly Feature[] | undefined, above: readonly string[]) => {
    for (const feature of features ?? []) {
      const path = [...above, feature.name ?? ""];
      placed.push({ path, feature });
      if (!isDeprecated(feature)) walk(feature.structDomain?.feature, path);
    }
  };
  walk(schema.feature, []);
  return placed;
}

export function stepsOf(column: ColumnStatistics): readonly string[] {
  return column.path ?? [column.name];
}

/** One text for a path, whatever its names hold. */
export function pathKey(steps: readonly string[]): string {
  return steps.map((step) => (step === "" || /[.()']/.test(step) ? `'${step.replaceAll("'", "''")}'` : step)).join(".");
}

const unchecked = ["PLANNED", "ALPHA", "DEPRECATED", "DEBUG_ONLY", "DISABLED"];

/** Features that are planned, retired or switched off are not checked. */
export function isDeprecated(feature: Pick<Feature | SparseFeature, "lifecycleStage" | "deprecated">): boolean {
  return feature.deprecated === true || unchecked.includes(feature.lifecycleStage ?? "");
}

export function isInEnvironment(feature: Feature, schema: Schema, environment: string | undefined): boolean {
  if (environment === undefined || feature.inEnvironment?.includes(environment)) return true;
  if (feature.notInEnvironment?.includes(environment)) return false;
  return schema.defaultEnvironment?.includes(environment) ?? false;
}

export function isRequired({ presence }: Feature): boolean {
  return (presence?.minCount ?? 0) > 0 || (presence?.minFraction ?? 0) > 0;
}
