import type { RandomStream } from "#kernel";
import type { Tree } from "../gbdt/model.ts";
import type { LearningFeature } from "../model.ts";

/** A drawn division: numbers up to the threshold, or one level, go left. */
interface Drawn {
  readonly feature: number;
  readonly threshold: number;
  readonly level: number | undefined;
  readonly missingLeft: boolean;
}

/** Of more levels one says little: codes part like numbers there, which needs no table of all levels in each node. */
const mostLevels = 255;

/**
 * One tree of random divisions on the rows given, down to `maxDepth`; each leaf holds how deep a row that lands there lies,
 * with the rest of the way that its rows would need on average.
 */
export function growIsolationTree(
  features: readonly LearningFeature[],
  rows: readonly number[],
  maxDepth: number,
  random: RandomStream,
): Tree {
  const drawn: Drawn[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const leaves: number[] = [];
  const grow = (own: readonly number[], depth: number): number => {
    const split = own.length > 1 && depth < maxDepth ? draw(features, own, random) : undefined;
    if (split === undefined) return ~(leaves.push(depth + averagePath(own.length)) - 1);
    const node = drawn.push(split) - 1;
    const goes = own.map((row) => goesLeft(features[split.feature]!, split, row));
    left[node] = grow(
      own.filter((_, k) => goes[k]!),
      depth + 1,
    );
    right[node] = grow(
      own.filter((_, k) => !goes[k]!),
      depth + 1,
    );
    return node;
  };
  grow(rows, 0);
  return {
    feature: Int32Array.from(drawn, ({ feature }) => feature),
    threshold: Float64Array.from(drawn, ({ threshold }) => threshold),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    missingLeft: Uint8Array.from(drawn, ({ missingLeft }) => Number(missingLeft)),
    categories: drawn.map(({ level }) => (level === undefined ? null : Uint32Array.of(level))),
    levels: Int32Array.from(drawn, ({ feature, level }) => (level === undefined ? 0 : features[feature]!.levels!)),
    leafValues: Float64Array.from(leaves),
    gains: new Float64Array(drawn.length),
  };
}

/** The average depth of an unsuccessful search in a binary tree of so many rows: 2 H(n − 1) − 2 (n − 1) / n. */
export function averagePath(rows: number): number {
  if (rows < 2) return 0;
  let harmonic = 0;
  for (let k = 1; k < rows; k++) harmonic += 1 / k;
  return 2 * harmonic - (2 * (rows - 1)) / rows;
}

/** Draws among the features that differ within the rows; none where all rows are alike. */
function draw(features: readonly LearningFeature[], rows: readonly number[], random: RandomStream): Drawn | undefined {
  const order = features.map((_, f) => f);
  for (let k = 0; k < order.length; k++) {
    const at = k + random.integer(order.length - k);
    [order[k], order[at]] = [order[at]!, order[k]!];
    const feature = features[order[k]!]!;
    const known = rows.filter((row) => feature.missing?.[row] !== 1).map((row) => withinReals(feature.values[row]!));
    const missingLeft = random.integer(2) === 1;
    const u = random.uniform();
    if (known.length === 0) continue;
    const [low, high] = [Math.min(...known), Math.max(...known)];
    if (low === high) continue;
    if (feature.kind === "categorical" && feature.levels! <= mostLevels) {
      const levels = [...new Set(known)].sort((a, b) => a - b);
      return { feature: order[k]!, threshold: 0, level: levels[Math.floor(u * levels.length)]!, missingLeft };
    }
    const between = low * (1 - u) + high * u;
    const threshold = between < high && between >= low ? between : low;
    return { feature: order[k]!, threshold, level: undefined, missingLeft };
  }
  return undefined;
}

/** Infinite values stand at the ends of the numbers that a middle can be taken of. */
function withinReals(value: number): number {
  return Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
}

function goesLeft(feature: LearningFeature, { threshold, level, missingLeft }: Drawn, row: number): boolean {
  if (feature.missing?.[row] === 1) return missingLeft;
  const value = feature.values[row]!;
  return level === undefined ? value <= threshold : value === level;
}
