import { MillraceError, type RandomStream, randomStream } from "#kernel";
import type { FitContext, LearningFeature } from "../model.ts";
import { type StandardNumber, standardise, standardValues } from "../program/standard-number.ts";

export interface ClusterModel {
  /** Features that tell rows apart, in the order of the centres' numbers. */
  readonly used: readonly { readonly feature: number; readonly standard: StandardNumber }[];
  /** Centre by centre, on features of unit scale; the largest cluster first. */
  readonly centres: readonly Float64Array[];
  /** Rows of each cluster. */
  readonly sizes: readonly number[];
  /** Sum of squared distances to the nearest centre. */
  readonly inertia: number;
}

export interface ClusterOptions {
  readonly clusters: number;
  /** How many starts are tried; the one of least inertia is kept. */
  readonly starts: number;
  readonly iterations: number;
}

/**
 * k-means on features of unit scale (indicators of rare levels below it), from seeded k-means++ starts.
 *
 * Missing: the feature's mean. Random: starts by (seed, number of the start). Errors: LEARN_TOO_FEW_ROWS: fewer different
 * rows than clusters; LEARN_NO_FEATURES: nothing tells rows apart; KERNEL_STOPPED.
 * Source: Lloyd, 1982; Arthur, Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
 */
export function fitClusters(
  features: readonly LearningFeature[],
  rows: number,
  options: ClusterOptions,
  context: Pick<FitContext, "seed" | "stopping">,
): ClusterModel {
  const used = features.flatMap((own, feature) => {
    const standard = own.kind === "numeric" ? standardise(own, rows, undefined) : undefined;
    if (standard === undefined) return [];
    // On unit scale a level of three rows would lie farther off than any number, and be a cluster.
    const deviation = isIndicator(own, rows) ? Math.max(standard.deviation, widestIndicator) : standard.deviation;
    return [{ feature, standard: { ...standard, deviation } }];
  });
  if (used.length === 0)
    throw new MillraceError("LEARN_NO_FEATURES", {
      message: "There is no numeric feature that tells rows apart.",
      next: "Give the data at least one column that varies.",
    });
  const width = used.length;
  const points = new Float64Array(rows * width);
  used.forEach(({ feature, standard }, j) => {
    standardValues(features[feature]!, rows, standard).forEach((value, i) => {
      points[i * width + j] = value;
    });
  });
  let best: Omit<ClusterModel, "used"> | undefined;
  for (let start = 0; start < options.starts; start++) {
    if (context.stopping())
      throw new MillraceError("KERNEL_STOPPED", {
        message: `Clustering was stopped after ${start} of ${options.starts} starts.`,
        next: "Run again to start anew.",
      });
    const random = randomStream(context.seed, `cluster/${start}`);
    const made = refine(points, width, firstCentres(points, width, options.clusters, random), options.iterations);
    if (best === undefined || made.inertia < best.inertia) best = made;
  }
  return { used, ...best! };
}

/** The deviation of an indicator that half of the rows set. */
const widestIndicator = 0.5;

function isIndicator({ values, missing }: LearningFeature, rows: number): boolean {
  for (let i = 0; i < rows; i++) if (missing?.[i] !== 1 && values[i] !== 0 && values[i] !== 1) return false;
  return true;
}

/** Rows drawn by their squared distance to the centres so far. */
function firstCentres(points: Float64Array, width: number, clusters: number, random: RandomStream): Float64Array[] {
  const rows = points.length / width;
  const row = (i: number) => points.slice(i * width, (i + 1) * width);
  const centres = [row(random.integer(rows))];
  const distances = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  while (centres.length < clusters) {
    let total = 0;
    for (let i = 0; i < rows; i++) {
      distances[i] = Math.min(distances[i]!, squaredDistance(points, i * width, centres.at(-1)!));
      total += distances[i]!;
    }
    if (!(total > 0))
      throw new MillraceError("LEARN_TOO_FEW_ROWS", {
        message: `There are ${centres.length} different rows; ${clusters} clusters need as many.`,
        next: "Ask for fewer clusters, or give more rows.",
        facts: { rows: centres.length, least: clusters },
      });
    let left = random.uniform() * total;
    let chosen = 0;
    for (let i = 0; i < rows; i++) {
      if (distances[i] === 0) continue;
      chosen = i;
      left -= distances[i]!;
      if (left <= 0) break;
    }
    centres.push(row(chosen));
  }
  return centres;
}

/** Lloyd's steps until no row changes; a cluster that lost its rows keeps its centre. */
function refine(points: Float64Array, width: number, centres: Float64Array[], iterations: number) {
  const rows = points.length / width;
  const assigned = new Int32Array(rows).fill(-1);
  let inertia = 0;
  for (let iteration = 0; iteration <= iterations; iteration++) {
    let changed = 0;
    inertia = 0;
    for (let i = 0; i < rows; i++) {
      let [least, nearest] = [Number.POSITIVE_INFINITY, 0];
      for (let c = 0; c < centres.length; c++) {
        const distance = squaredDistance(points, i * width, centres[c]!);
        if (distance < least) [least, nearest] = [distance, c];
      }
      inertia += least;
      if (assigned[i] === nearest) continue;
      assigned[i] = nearest;
      changed++;
    }
    if (changed === 0 || iteration === iterations) break;
    const sums = centres.map(() => new Float64Array(width + 1));
    for (let i = 0; i < rows; i++) {
      const own = sums[assigned[i]!]!;
      for (let j = 0; j < width; j++) own[j]! += points[i * width + j]!;
      own[width]!++;
    }
    sums.forEach((own, c) => {
      if (own[width]! > 0) for (let j = 0; j < width; j++) centres[c]![j] = own[j]! / own[width]!;
    });
  }
  const counts = centres.map((_, c) => assigned.reduce((count, own) => count + Number(own === c), 0));
  const order = counts.map((_, c) => c).sort((a, b) => counts[b]! - counts[a]! || a - b);
  return { centres: order.map((c) => centres[c]!), sizes: order.map((c) => counts[c]!), inertia };
}

function squaredDistance(points: Float64Array, at: number, centre: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < centre.length; j++) {
    const difference = points[at + j]! - centre[j]!;
    sum += difference * difference;
  }
  return sum;
}
