import type { Feature, Schema } from "./model.ts";

/**
 * Whether a schema expects a column to hold lists or structures, by its name. A text that looks like a list is a text where the feature is
 * one of texts and allows no more than one value a row, unless its domain tells otherwise.
 */
export function expectsLists({ feature = [], stringDomain = [] }: Schema): (name: string) => boolean {
  const domains = new Map(stringDomain.map(({ name, value = [] }) => [name, value]));
  const names = new Set(
    feature
      .filter((one) => {
        if (isOfMany(one) || (one.type !== undefined && one.type !== "BYTES" && one.type !== "TYPE_UNKNOWN"))
          return true;
        const values = one.stringDomain?.value ?? domains.get(one.domain) ?? [];
        return values.length > 0 && !values.some((value) => /^[[{]/.test(value));
      })
      .map(({ name }) => name),
  );
  return (name) => names.has(name);
}

const isOfMany = ({ valueCount, valueCounts, shape }: Feature) =>
  valueCounts !== undefined ||
  (valueCount !== undefined && valueCount.max !== 1) ||
  (shape?.dim?.some(({ size }) => size !== 1) ?? false);
