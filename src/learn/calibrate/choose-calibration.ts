import { log, sigmoid } from "@millrace/program";
import { MillraceError } from "#kernel";
import { mix } from "../kernels/twin/numbers.ts";
import { betaCalibrated, fitBeta } from "./fit-beta.ts";
import { fitIsotonic } from "./fit-isotonic.ts";
import { fitPlatt } from "./fit-platt.ts";
import { fitSoftening, fitTemperature } from "./fit-temperature.ts";
import type { Calibration, CalibrationKind } from "./model.ts";

/** What was chosen, and why in words. */
export interface CalibrationChoice {
  readonly calibration: Calibration;
  readonly reason: string;
}

const folds = 5;
const fewestRows = 200;
const fewestOfClass = 30;
const isotonicRows = 1000;
/** With more rows than these a softening changes next to nothing. */
const softeningRows = 20_000;
const leastSoftening = 1.01;

/**
 * The calibration of binary margins that lowers the log loss on rows that it was not learned from (five folds of the
 * validation rows) by more than twice the difference's standard error; where nothing does, and of several classes, whose
 * margins are class-major, what `softened` gives.
 *
 * `repeats` is how often each row stands among them, as folds that judge several times over give it.
 *
 * Random: folds by a hash of the row's number under the seed.
 */
export function chooseCalibration(
  margins: Float64Array,
  labels: Float64Array,
  seed: number,
  weights?: Float64Array,
  repeats = 1,
): CalibrationChoice {
  const rows = Math.round(labels.length / repeats);
  if (margins.length > labels.length) return softened(margins, labels, weights, repeats, "");
  const positive = Math.round(labels.reduce((sum, label) => sum + label, 0) / repeats);
  if (rows < fewestRows || Math.min(positive, rows - positive) < fewestOfClass)
    return softened(
      margins,
      labels,
      weights,
      repeats,
      `Scores are not recalibrated: ${rows} validation rows with ${Math.min(positive, rows - positive)} of the rarer class are too few (at least ${fewestRows} and ${fewestOfClass}).`,
    );
  const plain = losses(margins, labels, { kind: "none" });
  const kinds = rows >= isotonicRows ? (["platt", "isotonic"] as const) : (["platt"] as const);
  let best: { kind: "platt" | "isotonic"; gain: number; error: number } | undefined;
  for (const kind of kinds) {
    const crossed = crossFitted(kind, margins, labels, seed, weights);
    const { mean, error: single } = meanGain(plain, crossed, weights);
    // A row that was judged several times tells little more than once.
    const error = single * Math.sqrt(repeats);
    if (mean > 2 * error && (best === undefined || mean > best.gain)) best = { kind, gain: mean, error };
  }
  const fitted = best === undefined ? undefined : fitOf(best.kind, margins, labels, weights);
  if (best === undefined || fitted === undefined)
    return softened(
      margins,
      labels,
      weights,
      repeats,
      "Scores are not recalibrated: no calibration lowers the cross-checked log loss beyond noise.",
    );
  return {
    calibration: fitted,
    reason: `Scores are recalibrated (${best.kind === "platt" ? "Platt's sigmoid" : "isotonic"}): it lowers the cross-checked log loss by ${best.gain.toFixed(4)} ± ${best.error.toFixed(4)}.`,
  };
}

/** Margins divided by what so few rows bear, where they are bolder; `plain` is what is said where they are not. */
function softened(
  margins: Float64Array,
  labels: Float64Array,
  weights: Float64Array | undefined,
  repeats: number,
  plain: string,
): CalibrationChoice {
  const rows = Math.round(labels.length / repeats);
  if (rows <= softeningRows) {
    const calibration = fitSoftening(margins, labels, weights, repeats);
    if (calibration.value >= leastSoftening)
      return {
        calibration,
        reason: `Scores are drawn in (margins divided by ${calibration.value.toPrecision(3)}): they claimed more certainty than ${rows} validation rows bear.`,
      };
  }
  return { calibration: { kind: "none" }, reason: plain };
}

/**
 * The calibration that was asked for, from all the rows given. Margins of several classes are class-major, and take a temperature only.
 *
 * Errors: LEARN_CALIBRATION_UNFIT: too few rows, or one that would turn the order round.
 */
export function askedCalibration(
  kind: Exclude<CalibrationKind, "auto" | "none">,
  margins: Float64Array,
  labels: Float64Array,
  weights?: Float64Array,
  repeats = 1,
): CalibrationChoice {
  const rows = Math.round(labels.length / repeats);
  const binary = margins.length === labels.length;
  const least = kind === "isotonic" ? isotonicRows : fewestRows;
  const unfit = (why: string) =>
    new MillraceError("LEARN_CALIBRATION_UNFIT", {
      message: `The calibration "${kind}" cannot be learned: ${why}.`,
      next: 'Choose another one under learn.calibration, or "auto".',
      facts: { kind, rows },
    });
  if (!binary && kind !== "temperature") throw unfit('of more than two classes only "temperature" can');
  if (rows < least) throw unfit(`there are ${rows} validation rows, and at least ${least} are needed`);
  const fitted = fitOf(kind, margins, labels, weights);
  if (fitted === undefined) throw unfit("it would turn the order of the scores round");
  const said = Object.entries(fitted).filter(([, value]) => typeof value === "number");
  const numbers = said.map(([name, value]) => `${name} = ${Number(value).toPrecision(4)}`).join(", ");
  return {
    calibration: fitted,
    reason: `Scores are recalibrated as was asked (${kind}${numbers === "" ? "" : `: ${numbers}`}).`,
  };
}

/** The probability of a margin. */
export function calibrated(margin: number, calibration: Calibration): number {
  if (calibration.kind === "none") return sigmoid(margin);
  if (calibration.kind === "temperature") return sigmoid(margin / calibration.value);
  if (calibration.kind === "beta") return betaCalibrated(sigmoid(margin), calibration);
  if (calibration.kind === "platt") return sigmoid(calibration.a * margin + calibration.b);
  const { x, y } = calibration;
  const last = x.length - 1;
  if (margin <= x[0]!) return y[0]!;
  if (margin >= x[last]!) return y[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (x[middle]! <= margin) low = middle;
    else high = middle;
  }
  const slope = (y[high]! - y[low]!) / (x[high]! - x[low]!);
  return y[low]! + slope * (margin - x[low]!);
}

type Fitted = Exclude<Calibration["kind"], "none">;
const fits = { platt: fitPlatt, isotonic: fitIsotonic, beta: fitBeta, temperature: fitTemperature } as const;

function fitOf(kind: Fitted, margins: Float64Array, labels: Float64Array, weights?: Float64Array) {
  return fits[kind](margins, labels, weights);
}

function losses(margins: Float64Array, labels: Float64Array, calibration: Calibration): Float64Array {
  return Float64Array.from(margins, (margin, i) => lossOf(calibrated(margin, calibration), labels[i]!));
}

function lossOf(p: number, label: number): number {
  const own = label === 1 ? p : 1 - p;
  return -log(Math.max(own, 1e-15));
}

function crossFitted(
  kind: "platt" | "isotonic",
  margins: Float64Array,
  labels: Float64Array,
  seed: number,
  weights?: Float64Array,
): Float64Array {
  const foldOf = Uint8Array.from(margins, (_, i) => mix(i, seed ^ 0x2c1b3c6d) % folds);
  const out = new Float64Array(margins.length);
  for (let fold = 0; fold < folds; fold++) {
    const inside = Array.from(foldOf.keys()).filter((i) => foldOf[i] !== fold);
    const pick = (from: Float64Array) => Float64Array.from(inside, (i) => from[i]!);
    const fitted = fitOf(kind, pick(margins), pick(labels), weights === undefined ? undefined : pick(weights)) ?? {
      kind: "none",
    };
    for (let i = 0; i < margins.length; i++)
      if (foldOf[i] === fold) out[i] = lossOf(calibrated(margins[i]!, fitted), labels[i]!);
  }
  return out;
}

function meanGain(before: Float64Array, after: Float64Array, weights?: Float64Array): { mean: number; error: number } {
  let total = 0;
  let sum = 0;
  for (let i = 0; i < before.length; i++) {
    const weight = weights?.[i] ?? 1;
    total += weight;
    sum += weight * (before[i]! - after[i]!);
  }
  const mean = sum / total;
  let squares = 0;
  for (let i = 0; i < before.length; i++) squares += ((weights?.[i] ?? 1) * (before[i]! - after[i]! - mean)) ** 2;
  return { mean, error: Math.sqrt(squares) / total };
}
