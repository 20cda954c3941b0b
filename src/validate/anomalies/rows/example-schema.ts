import type { Feature, Schema } from "../../schema/model.ts";

/**
 * What a schema says of one row by itself: presence where every row must have the column, types, domains, ranges and
 * lengths. What only many rows can break (shares, counts, unique values, distances) is left out.
 */
export function exampleSchema(schema: Schema): Schema {
  const { feature, datasetConstraints: _, ...rest } = schema;
  return { ...rest, ...(feature && { feature: feature.map(ofExample) }) };
}

function ofExample(feature: Feature): Feature {
  const {
    presence,
    uniqueConstraints: _u,
    driftComparator: _d,
    skewComparator: _s,
    distributionConstraints,
    ...kept
  } = feature;
  const { imageDomain: _i, naturalLanguageDomain: _n, ...rest } = kept;
  const everywhere = presence?.minFraction === 1 || feature.shape !== undefined;
  // Where some values may lie outside the domain, this one may.
  const { domain: _domain, stringDomain: _string, ...loose } = rest;
  const bare = (distributionConstraints?.minDomainMass ?? 1) < 1 ? loose : rest;
  return {
    ...bare,
    ...(everywhere && { presence: { minFraction: 1, minCount: 1 } }),
    ...(feature.structDomain && {
      structDomain: { ...feature.structDomain, feature: (feature.structDomain.feature ?? []).map(ofExample) },
    }),
  };
}
