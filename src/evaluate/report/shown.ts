/** A number with three to four significant digits, for people. */
export function shown(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0";
  const amount = Math.abs(value);
  if (amount >= 1e6 || amount < 1e-4) return value.toExponential(2);
  if (amount >= 1000) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(amount >= 100 ? 4 : 3)));
}

/** A metric's value: four places where it lies near 1. */
export function shownMetric(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const amount = Math.abs(value);
  return amount < 100 && amount >= 0.0001 ? value.toFixed(4) : shown(value);
}

export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? "–" : `${Number((100 * share).toFixed(1))} %`;
}

export function counted(count: number): string {
  return count.toLocaleString("en-US");
}

/** `1 row`, `1,056 rows`. */
export function countedOf(count: number, noun: string): string {
  return `${counted(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `0.81 to 0.85`, or nothing where there is no interval. */
export function interval(
  low: number | null,
  high: number | null,
  show: (value: number) => string = shownMetric,
): string {
  return low === null || high === null ? "" : `${show(low)} to ${show(high)}`;
}
