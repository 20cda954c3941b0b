import { log, sigmoid } from "@millrace/program";
import { fitStopped } from "../fit-stopped.ts";
import { minimise } from "../linear/minimise.ts";
import { type Smoothed, type SmoothingShape, type SmoothingState, smoothSeries } from "./smoothing.ts";

export interface FittedSmoothing {
  readonly shape: SmoothingShape;
  readonly state: SmoothingState;
  readonly smoothed: Smoothed;
  /** Akaike's criterion, corrected for few rows. */
  readonly aicc: number;
}

const iterations = 150;
const tolerance = 1e-9;
const starts = [
  [0.3, 0.1, 0.1],
  [0.1, 0.05, 0.3],
  [0.8, 0.3, 0.05],
] as const;

/**
 * The smoothing weights and starting states of least squared one-step errors: the same model as statsmodels'
 * ExponentialSmoothing with estimated initial states. Weights keep 0 < β < α and 0 < γ < 1 − α; the damping lies within
 * 0.8 … 0.995.
 *
 * Errors: KERNEL_STOPPED: when `stopping` says so.
 */
export function fitSmoothing(
  values: Float64Array,
  shape: SmoothingShape,
  stopping: () => boolean = () => false,
): FittedSmoothing {
  const first = startingState(values, shape);
  const unit = deviationOf(values) || 1;
  let best: { point: Float64Array; squares: number } | undefined;
  for (const [alpha, beta, gamma] of starts) {
    const start = pack({ ...first, alpha, beta: beta * alpha, gamma: gamma * (1 - alpha), damping: 0.9 }, shape, unit);
    const objective = (point: Float64Array) => {
      if (stopping()) throw fitStopped("amid the smoothing of a series");
      const { squares } = smoothSeries(values, shape, unpack(point, shape, unit));
      return Number.isFinite(squares) ? squares / unit / unit / values.length : 1e12;
    };
    const point = minimise(start, withSlopes(objective), { iterations, tolerance });
    const squares = objective(point);
    if (best === undefined || squares < best.squares) best = { point, squares };
  }
  const state = unpack(best!.point, shape, unit);
  const smoothed = smoothSeries(values, shape, state);
  const count = best!.point.length + 1;
  const rows = values.length;
  const aic = rows * log(Math.max(smoothed.squares / rows, 1e-300)) + 2 * count;
  const correction = rows - count - 1 > 0 ? (2 * count * (count + 1)) / (rows - count - 1) : Number.POSITIVE_INFINITY;
  return { shape, state, smoothed, aicc: aic + correction };
}

/** Level and trend of the first two seasons' means, and how the first season differs from its mean. */
function startingState(values: Float64Array, { seasonal, season }: SmoothingShape): SmoothingState {
  const span = seasonal === "none" ? Math.min(10, Math.floor(values.length / 2)) : season;
  const mean = (from: number) => values.subarray(from, from + span).reduce((sum, value) => sum + value, 0) / span;
  const [one, two] = [mean(0), mean(span)];
  const trend = (two - one) / span;
  const level = one - (trend * (span + 1)) / 2;
  const first = values.slice(0, seasonal === "none" ? 0 : season);
  const own = first.map((value, k) => {
    const base = level + trend * (k + 1);
    return seasonal === "multiplicative" ? value / (base || 1) : value - base;
  });
  return { alpha: 0, beta: 0, gamma: 0, damping: 1, level, trend, seasonal: own };
}

const [leastDamping, dampingRange] = [0.8, 0.195];
const odds = (p: number) => log(p) - log(1 - p);

/** Unbounded numbers at about unit scale. */
function pack(state: SmoothingState, { trend, seasonal }: SmoothingShape, unit: number): Float64Array {
  const { alpha, beta, gamma, damping, level } = state;
  const scale = seasonal === "multiplicative" ? 1 : unit;
  return Float64Array.of(
    odds(alpha),
    level / unit,
    ...(trend === "none" ? [] : [odds(beta / alpha), state.trend / unit]),
    ...(trend === "damped" ? [odds((damping - leastDamping) / dampingRange)] : []),
    ...(seasonal === "none" ? [] : [odds(gamma / (1 - alpha)), ...Array.from(state.seasonal, (own) => own / scale)]),
  );
}

function unpack(point: Float64Array, { trend, seasonal }: SmoothingShape, unit: number): SmoothingState {
  let at = 0;
  const next = () => point[at++]!;
  const alpha = sigmoid(next());
  const level = next() * unit;
  const beta = trend === "none" ? 0 : alpha * sigmoid(next());
  const slope = trend === "none" ? 0 : next() * unit;
  const damping = trend === "damped" ? leastDamping + dampingRange * sigmoid(next()) : 1;
  const gamma = seasonal === "none" ? 0 : (1 - alpha) * sigmoid(next());
  const scale = seasonal === "multiplicative" ? 1 : unit;
  const own = seasonal === "none" ? new Float64Array(0) : point.slice(at).map((value) => value * scale);
  return { alpha, beta, gamma, damping, level, trend: slope, seasonal: own };
}

/** Slopes by central differences. */
function withSlopes(objective: (point: Float64Array) => number) {
  return (point: Float64Array, gradient: Float64Array) => {
    const near = point.slice();
    for (let j = 0; j < point.length; j++) {
      const width = 1e-6 * Math.max(1, Math.abs(point[j]!));
      near[j] = point[j]! + width;
      const above = objective(near);
      near[j] = point[j]! - width;
      gradient[j] = (above - objective(near)) / (2 * width);
      near[j] = point[j]!;
    }
    return objective(point);
  };
}

function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
