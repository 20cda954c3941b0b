/** How far the naive forecast (the value of a season ago) is off within a series: the unit of MASE and RMSSE. */
export interface NaiveScale {
  /** Steps after which the series repeats; 1: the value before. */
  readonly season: number;
  /** Length of the series. */
  readonly steps: number;
  /** Mean absolute, and mean squared, change over a season; `null` where the series is too short or repeats itself exactly. */
  readonly absolute: number | null;
  readonly squared: number | null;
}

/**
 * The scale of a series, oldest value first.
 *
 * ```ts
 * naiveScale([1, 2, 4], 1); // { season: 1, steps: 3, absolute: 1.5, squared: 2.5 }
 * ```
 */
export function naiveScale(history: ArrayLike<number>, season: number): NaiveScale {
  const changes = history.length - season;
  let absolute = 0;
  let squared = 0;
  for (let t = season; t < history.length; t++) {
    const change = history[t]! - history[t - season]!;
    absolute += Math.abs(change);
    squared += change * change;
  }
  const defined = changes > 0 && absolute > 0;
  return {
    season,
    steps: history.length,
    absolute: defined ? absolute / changes : null,
    squared: defined ? squared / changes : null,
  };
}
