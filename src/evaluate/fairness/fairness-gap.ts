import type { Fairness, FairnessGap, GroupFairness, GroupRateName } from "./model.ts";

/**
 * The gap between the groups with the greatest and the least rate. The difference's interval joins those of the two rates.
 *
 * Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Stat. Med. 17, 1998,
 * method 10.
 */
export function fairnessGap(groups: readonly GroupFairness[], rate: GroupRateName): FairnessGap {
  const defined = groups.flatMap(({ name, rates }) => {
    const { value, low, high } = rates[rate];
    return value === null ? [] : [{ name, value, low, high }];
  });
  if (defined.length < 2)
    return {
      difference: null,
      ratio: null,
      low: null,
      high: null,
      greatest: null,
      least: null,
      reason: `${defined.length} groups have rows enough to compare, and 2 are needed`,
    };
  const greatest = defined.reduce((a, b) => (b.value > a.value ? b : a));
  const least = defined.reduce((a, b) => (b.value < a.value ? b : a));
  const difference = greatest.value - least.value;
  const ends =
    greatest.low === null || least.low === null
      ? { low: null, high: null }
      : {
          low: difference - Math.hypot(greatest.value - greatest.low, least.high! - least.value),
          high: difference + Math.hypot(greatest.high! - greatest.value, least.value - least.low),
        };
  return {
    difference,
    ratio: greatest.value === 0 ? null : least.value / greatest.value,
    ...ends,
    greatest: greatest.name,
    least: least.name,
    ...(greatest.value === 0 && { reason: "the rate is 0 in every group, so that a ratio does not exist" }),
  };
}

/** Both gaps must close: the greater difference and the smaller ratio. */
export function worseGap(a: FairnessGap, b: FairnessGap): Fairness["equalisedOdds"] {
  if (a.difference === null || b.difference === null)
    return { difference: null, ratio: null, reason: (a.difference === null ? a : b).reason! };
  return {
    difference: Math.max(a.difference, b.difference),
    ratio: a.ratio === null || b.ratio === null ? null : Math.min(a.ratio, b.ratio),
  };
}
