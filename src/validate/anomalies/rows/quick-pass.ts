import type { Feature, Schema } from "../../schema/model.ts";
import { checkDefinition } from "../checks/check-definition.ts";
import { allowedTexts, domainField } from "../checks/check-domain.ts";
import { isInEnvironment } from "../checks/feature-paths.ts";

/**
 * Tells at once that a single value keeps to a feature; `false` means only that it must be looked at in full. Nearly
 * every value of a good row passes here without statistics of its own.
 */
export function quickPass(
  feature: Feature,
  schema: Schema,
  environment: string | undefined,
): (value: unknown) => boolean {
  const { findings, usable } = checkDefinition(feature, schema, false);
  const plain =
    usable !== null &&
    findings.length === 0 &&
    isInEnvironment(feature, schema, environment) &&
    feature.validationDerivedSource === undefined &&
    mayHoldOne(feature);
  if (!plain) return () => false;
  const domain = domainField(feature);
  const { intDomain, floatDomain } = feature;
  switch (feature.type) {
    case "BYTES": {
      if (domain === undefined) return (value) => typeof value === "string";
      const allowed = allowedTexts(feature, schema);
      return allowed === undefined ? () => false : (value) => typeof value === "string" && allowed.has(value);
    }
    case "INT": {
      if (domain === "bool_domain") return (value) => value === 0 || value === 1;
      if (domain !== undefined && domain !== "int_domain") return () => false;
      const { min = -Infinity, max = Infinity } = intDomain ?? {};
      return (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
    }
    case "FLOAT": {
      if (domain !== undefined && domain !== "float_domain") return () => false;
      const low = Math.fround(floatDomain?.min ?? -Infinity);
      const high = Math.fround(floatDomain?.max ?? Infinity);
      return (value) => {
        if (!Number.isFinite(value)) return false;
        const kept = Math.fround(value as number);
        return kept >= low && kept <= high;
      };
    }
    default:
      return () => false;
  }
}

function mayHoldOne({ valueCount, valueCounts, shape }: Feature): boolean {
  const ranges = valueCount === undefined ? valueCounts?.valueCount : [valueCount];
  if (ranges !== undefined) return ranges.length === 1 && (ranges[0]!.min ?? 1) <= 1 && (ranges[0]!.max ?? 1) >= 1;
  return shape === undefined || (shape.dim ?? []).every(({ size }) => size === 1);
}
