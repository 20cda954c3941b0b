/** Which parts exponential smoothing has. */
export interface SmoothingShape {
  readonly trend: "none" | "additive" | "damped";
  readonly seasonal: "none" | "additive" | "multiplicative";
  /** Periods of a season; not read without one. */
  readonly season: number;
}

/** Weights of the newest value for level, trend and season; damping; and where each part starts. */
export interface SmoothingState {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly damping: number;
  readonly level: number;
  readonly trend: number;
  readonly seasonal: Float64Array;
}

export interface Smoothed {
  readonly fitted: Float64Array;
  readonly level: number;
  readonly trend: number;
  /** The season from the period after the last one on. */
  readonly seasonal: Float64Array;
  /** Sum of squared one-step errors. */
  readonly squares: number;
}

/**
 * One pass of exponential smoothing in component form.
 *
 * Source: Hyndman, Athanasopoulos, "Forecasting: principles and practice", 3rd ed., §8.2–8.4; Winters, 1960.
 */
export function smoothSeries(values: Float64Array, shape: SmoothingShape, state: SmoothingState): Smoothed {
  const { alpha, beta, gamma, damping } = state;
  const hasTrend = shape.trend !== "none";
  const hasSeason = shape.seasonal !== "none";
  const multiplicative = shape.seasonal === "multiplicative";
  const fitted = new Float64Array(values.length);
  const seasonal = state.seasonal.slice();
  let level = state.level;
  let trend = hasTrend ? state.trend : 0;
  let squares = 0;
  for (let t = 0; t < values.length; t++) {
    const value = values[t]!;
    const place = hasSeason ? t % shape.season : 0;
    const own = hasSeason ? seasonal[place]! : 0;
    const base = level + damping * trend;
    const expected = !hasSeason ? base : multiplicative ? base * own : base + own;
    fitted[t] = expected;
    squares += (value - expected) ** 2;
    const next = alpha * (!hasSeason ? value : multiplicative ? value / own : value - own) + (1 - alpha) * base;
    if (hasTrend) trend = beta * (next - level) + (1 - beta) * damping * trend;
    if (hasSeason) seasonal[place] = gamma * (multiplicative ? value / base : value - base) + (1 - gamma) * own;
    level = next;
  }
  const turn = hasSeason ? values.length % shape.season : 0;
  const turned = Float64Array.from(seasonal, (_, k) => seasonal[(k + turn) % Math.max(1, seasonal.length)]!);
  return { fitted, level, trend, seasonal: turned, squares };
}
