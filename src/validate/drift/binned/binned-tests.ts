import { chiSquareTail } from "../../significance/gamma.ts";
import type { DriftTest } from "../model.ts";
import {
  type BinnedDistance,
  cramersV,
  emptyCellRows,
  greatestDifference,
  hellingerDistance,
  jensenShannon,
  likelihoodRatio,
  normalizedDifference,
  stabilityIndex,
  totalVariation,
} from "./binned-distances.ts";
import { type BinnedPair, binPair, isDense, poolUnseen } from "./binned-pair.ts";
import { type NullDistribution, shuffledNull } from "./null-distribution.ts";

type Formula = (value: number, bins: number, n: number, m: number) => Omit<NullDistribution, "from">;

function binnedTest(name: string, distance: BinnedDistance, formula: Formula | null, floor: number | null): DriftTest {
  return {
    kind: "drift-test",
    name,
    version: "1",
    traits: { types: ["numeric", "categorical"], direction: "up", minRows: 20 },
    compare(reference, current, context) {
      const pair = binPair(reference, current, context.bins);
      const { size: n } = reference;
      const { size: m } = current;
      const pooled = pair.pooledUnseen ? poolUnseen(pair.reference, pair.current) : { ...pair, unseen: 0 };
      const value = distance(pooled.reference, pooled.current, n, m);
      const bins = pooled.reference.length;
      const chance =
        formula !== null && isDense(pair, n, m)
          ? { ...formula(value, bins, n, m), from: "formula" }
          : shuffledNull(pair, distance, value, context.shuffles, context.random);
      return {
        value,
        expected: chance.expected,
        spread: chance.spread,
        pValue: chance.pValue,
        detail: {
          bins,
          corrected: value - chance.expected,
          unseenShare: pooled.unseen / m,
          nullFrom: chance.from,
          ...(floor !== null && { emptyCellRows: floor }),
          widest: widestCells(pair, n, m),
        },
      };
    },
  };
}

/** The cells whose share changed most. */
function widestCells(pair: BinnedPair, n: number, m: number) {
  return pair.labels
    .map((label, i) => ({ label, reference: pair.reference[i]! / n, current: pair.current[i]! / m }))
    .sort((a, b) => Math.abs(b.current - b.reference) - Math.abs(a.current - a.reference))
    .slice(0, 5);
}

/** For a distance that is `scale · χ² · (1/n + 1/m)` in the limit. */
const chiSquareFormula =
  (scale: number): Formula =>
  (value, bins, n, m) => {
    const noise = (1 / n + 1 / m) * scale;
    return {
      expected: (bins - 1) * noise,
      spread: Math.sqrt(2 * (bins - 1)) * noise,
      pValue: chiSquareTail(value / noise, bins - 1),
    };
  };

/** For a distance whose square is `noise(n, m) · χ²`: E[χ] with k degrees is close to √(k − 1/2), its variance to 1/2. */
const chiFormula =
  (noise: (n: number, m: number) => number): Formula =>
  (value, bins, n, m) => {
    const scale = noise(n, m);
    return {
      expected: Math.sqrt(Math.max(0, bins - 1.5) * scale),
      spread: Math.sqrt(0.5 * scale),
      pValue: chiSquareTail((value * value) / scale, bins - 1),
    };
  };

const overRows = chiFormula((n, m) => 1 / (n + m));

/** Population stability index against quantile bins or levels of the reference. */
export const psi = binnedTest("psi", stabilityIndex, chiSquareFormula(1), emptyCellRows);

/** Jensen–Shannon divergence in bits over the same bins. */
export const js = binnedTest("js", jensenShannon, chiSquareFormula(1 / (8 * Math.LN2)), null);

/** Greatest difference between the shares of a bin. */
export const linf = binnedTest("linf", greatestDifference, null, null);

/** Greatest difference of counts as a share of all rows. */
export const nad = binnedTest("nad", normalizedDifference, null, null);

/** Hellinger distance. */
export const hellinger = binnedTest(
  "hellinger",
  hellingerDistance,
  chiFormula((n, m) => (1 / n + 1 / m) / 8),
  null,
);

/** Total variation: the share of rows that would have to change bin. */
export const tvd = binnedTest("tvd", totalVariation, null, null);

/** Chi-square test of homogeneity; its value is Cramér's V. */
export const chi2 = binnedTest("chi2", cramersV, overRows, null);

/** Likelihood-ratio (G) test of homogeneity; its value is √(G / rows). */
export const gtest = binnedTest("gtest", likelihoodRatio, overRows, null);
