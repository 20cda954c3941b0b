import { twoSidedStudent } from "#validate";
import { metricNamed } from "../metrics/metric.ts";

/** A version's figure on its test rows. */
export interface VersionFigure {
  readonly version: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Which test rows it was measured on; figures of different rows are not quite comparable. */
  readonly testSet?: string | undefined;
}

export interface ProgressPoint extends VersionFigure {
  /** The best value up to this version. */
  readonly best: number;
}

/** Where the best value would be, if versions went on as they did. */
export interface Projection {
  readonly version: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Progress {
  readonly metric: string;
  readonly confidence: number;
  readonly points: readonly ProgressPoint[];
  /** Different test rows among the versions. */
  readonly testSets: number;
  /** error = scale × version^−rate, where error is the distance to a perfect value; `null`: no honest projection. */
  readonly fit: {
    readonly scale: number;
    readonly rate: number;
    readonly rateLow: number;
    readonly rateHigh: number;
  } | null;
  readonly projected: readonly Projection[];
  /** Earlier projections of one version ahead, and how many of them held. */
  readonly checked: { readonly projections: number; readonly held: number };
  /** What that says, or why nothing is projected. */
  readonly said: string;
}

/** With fewer a line through the errors leaves next to nothing to judge it by. */
const fewestVersions = 5;
const ahead = 5;
const confidence = 0.95;

/**
 * The best value over a project's versions, and where it would go: a power law through the best errors so far, with the
 * interval of a prediction.
 *
 * ```ts
 * const figures = [0.4, 0.3, 0.25, 0.22, 0.2, 0.19].map((value, i) => ({ version: i + 1, value, low: null, high: null }));
 * projectProgress("logLoss", figures).projected[0]?.version; // 7
 * ```
 *
 * Shapes: figures in the order of their versions. The error of a version is 1 − value where more is better, the value where
 * less is. Each version from the fifth on is also projected from those before it, which says how far to trust the next.
 * Missing: with fewer than five versions, or errors that are not positive, nothing is projected, and `said` says why.
 * Errors: EVALUATE_METRIC_UNKNOWN.
 * Source: least squares of log error on log version; the interval is Student's for a new observation. Best values hang
 * together, so it is rather too narrow than too wide. J. Hestness et al., "Deep learning scaling is predictable, empirically",
 * 2017, for the power law.
 */
export function projectProgress(metric: string, figures: readonly VersionFigure[]): Progress {
  const { name, traits } = metricNamed(metric);
  const up = traits.direction === "up";
  const points: ProgressPoint[] = [];
  for (const figure of figures) {
    const before = points.at(-1)?.best ?? figure.value;
    points.push({ ...figure, best: up ? Math.max(before, figure.value) : Math.min(before, figure.value) });
  }
  const errors = points.map(({ best }) => (up ? 1 - best : best));
  const known = { metric: name, confidence, points, testSets: new Set(figures.map((one) => one.testSet)).size };
  const nothing = { ...known, fit: null, projected: [], checked: { projections: 0, held: 0 } };
  if (points.length < fewestVersions)
    return {
      ...nothing,
      said: `${points.length === 1 ? "1 version is" : `${points.length} versions are`} too few to project from: ${fewestVersions} are needed.`,
    };
  if (!errors.every((error) => error > 0 && Number.isFinite(error)))
    return { ...nothing, said: `${traits.title} has no distance to a perfect value here, so nothing is projected.` };
  const law = fitPowerLaw(errors);
  const toValue = (error: number) => (up ? 1 - error : error);
  const projected = Array.from({ length: ahead }, (_, k): Projection => {
    const { error, low, high } = law.at(points.length + 1 + k);
    const [a, b] = [toValue(low), toValue(high)];
    const version = points.at(-1)!.version + 1 + k;
    return { version, value: toValue(error), low: Math.min(a, b), high: Math.max(a, b) };
  });
  const checked = { projections: 0, held: 0 };
  for (let n = fewestVersions - 1; n < errors.length; n++) {
    const { low, high } = fitPowerLaw(errors.slice(0, n)).at(n + 1);
    checked.projections++;
    if (errors[n]! >= low && errors[n]! <= high) checked.held++;
  }
  const { scale, rate, rateLow, rateHigh } = law;
  const last = projected.at(-1)!;
  const trend =
    rateLow > 0
      ? `If versions go on as they did, version ${last.version} reaches ${shown(last.value)} (${shown(last.low)} to ${shown(last.high)}).`
      : `The best value does not surely move any more: version ${last.version} would reach ${shown(last.value)} (${shown(last.low)} to ${shown(last.high)}).`;
  const rows = known.testSets > 1 ? ` They were measured on ${known.testSets} different sets of test rows.` : "";
  return {
    ...known,
    fit: { scale, rate, rateLow, rateHigh },
    projected,
    checked,
    said: `The best ${traits.title} went from ${shown(points[0]!.best)} to ${shown(points.at(-1)!.best)} over ${points.length} versions.${rows} ${trend} Of ${checked.projections} such projections one version ahead ${checked.held} held.`,
  };
}

function fitPowerLaw(errors: readonly number[]) {
  const n = errors.length;
  const x = errors.map((_, i) => Math.log(i + 1));
  const y = errors.map((error) => Math.log(error));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const [mx, my] = [mean(x), mean(y)];
  const sxx = x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
  const slope = x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0) / sxx;
  const intercept = my - slope * mx;
  const residual = y.reduce((sum, value, i) => sum + (value - intercept - slope * x[i]!) ** 2, 0);
  const spread = Math.sqrt(residual / (n - 2));
  const t = studentQuantile(n - 2);
  const half = (t * spread) / Math.sqrt(sxx);
  return {
    scale: Math.exp(intercept),
    rate: -slope,
    rateLow: -slope - half,
    rateHigh: -slope + half,
    at(version: number) {
      const at = Math.log(version);
      const middle = intercept + slope * at;
      const width = t * spread * Math.sqrt(1 + 1 / n + (at - mx) ** 2 / sxx);
      return { error: Math.exp(middle), low: Math.exp(middle - width), high: Math.exp(middle + width) };
    },
  };
}

/** The t that a share of 1 − confidence lies beyond, on both sides together. */
function studentQuantile(degrees: number): number {
  let [low, high] = [0, 1e3];
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (twoSidedStudent(middle, degrees) > 1 - confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}
