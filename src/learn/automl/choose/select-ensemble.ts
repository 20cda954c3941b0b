import { randomStream, shuffledIndices } from "#kernel";
import type { LearningData } from "../../model.ts";
import { marginsAt, weightedMargins } from "../trial/fold-margins.ts";
import { quickMetric } from "../trial/quick-metric.ts";
import type { Settings } from "../trial/run-trial.ts";
import { stackWeights } from "./stack-models.ts";

/** `ids`: which row each is, where rows are judged several times. */
type Judged = Pick<LearningData, "target" | "weights"> & { readonly ids?: Uint32Array };

/** Weights of the models' margins, and how they were found. */
export interface Ensemble {
  readonly how: "average" | "stack";
  readonly weights: readonly number[];
  /** Its margins of each judged row by weights that were found without the row's part. */
  readonly heldOut: Float64Array;
}

const rounds = 12;
const bags = 3;
const leastWeight = 0.03;
const mostRows = 6000;

/**
 * Averages and stacks of models, best on held-out parts first, with the margins that prove it; undefined once `stopping` says
 * so, which is asked before each measurement.
 *
 * Shapes: each model's margins of the judged rows (class-major). Random: bags and parts by the seed.
 * Source: Caruana, Niculescu-Mizil, Crew, Ksikes, "Ensemble Selection from Libraries of Models", ICML 2004 (greedy, with
 * replacement, bagged); stacking with weights ≥ 0: Breiman, "Stacked Regressions", Machine Learning 24, 1996.
 */
export function selectEnsembles(
  models: readonly Float64Array[],
  judged: Judged,
  settings: Settings,
  classes: readonly string[],
  stopping = () => false,
  ways: readonly Ensemble["how"][] = ["average", "stack"],
): { readonly single: Float64Array; readonly ensembles: readonly Ensemble[] } | undefined {
  const all = judged.target.length;
  const parts = halves(judged.ids ?? Uint32Array.from({ length: all }, (_, i) => i), settings.seed);
  const finders = {
    average: (rows: Uint32Array) => greedyWeights(models, judged, rows, settings, classes, stopping),
    stack: (rows: Uint32Array) => (stopping() ? undefined : stackAt(models, judged, rows, settings, classes)),
  };
  const whole = Uint32Array.from({ length: all }, (_, i) => i);
  const ensembles: Ensemble[] = [];
  for (const how of ways) {
    const heldOut = new Float64Array(models[0]!.length);
    for (const [k, part] of parts.entries()) {
      const found = finders[how](parts[1 - k]!);
      if (found === undefined) return undefined;
      scatter(heldOut, weightedMargins(models, found), part, all);
    }
    const weights = finders[how](whole);
    if (weights === undefined) return undefined;
    ensembles.push({ how, weights: pruned(weights), heldOut });
  }
  const single = new Float64Array(models[0]!.length);
  for (const [k, part] of parts.entries()) {
    const judge = judgeAt(judged, parts[1 - k]!, settings, classes);
    const values = models.map((margins) => judge(marginsAt(margins, parts[1 - k]!, all)));
    scatter(single, models[values.indexOf(Math.max(...values))]!, part, all);
  }
  const judge = quickMetric(judged, settings, classes);
  return { single, ensembles: ensembles.toSorted((a, b) => judge(b.heldOut) - judge(a.heldOut)) };
}

/** Two halves of the rows, in ascending order; a row that is judged several times lies in one of them. */
function halves(ids: Uint32Array, seed: number): [Uint32Array, Uint32Array] {
  const all = ids.reduce((most, id) => Math.max(most, id + 1), 0);
  const order = shuffledIndices(all, randomStream(seed, "automl/ensemble/halves"));
  const first = new Uint8Array(all);
  for (const id of order.subarray(0, all >> 1)) first[id] = 1;
  const part = (which: number) => Uint32Array.from(ids.keys()).filter((i) => first[ids[i]!] === which);
  return [part(1), part(0)];
}

function scatter(into: Float64Array, margins: Float64Array, places: Uint32Array, all: number): void {
  for (let c = 0; c < into.length / all; c++) for (const row of places) into[c * all + row] = margins[c * all + row]!;
}

function judgeAt({ target, weights }: Judged, places: Uint32Array, settings: Settings, classes: readonly string[]) {
  const judged: Judged = {
    target: Float64Array.from(places, (row) => target[row]!),
    ...(weights === undefined ? {} : { weights: Float64Array.from(places, (row) => weights[row]!) }),
  };
  return quickMetric(judged, settings, classes);
}

/** Greedy selection with replacement on some rows, averaged over bags of the models. */
function greedyWeights(
  models: readonly Float64Array[],
  judged: Judged,
  rows: Uint32Array,
  settings: Settings,
  classes: readonly string[],
  stopping: () => boolean,
): number[] | undefined {
  const all = judged.target.length;
  const step = Math.max(1, rows.length / mostRows);
  const some = Uint32Array.from({ length: Math.floor(rows.length / step) }, (_, i) => rows[Math.floor(i * step)]!);
  const judge = judgeAt(judged, some, settings, classes);
  const own = models.map((margins) => marginsAt(margins, some, all));
  const alone = own.map(judge);
  const total = new Array<number>(models.length).fill(0);
  const random = randomStream(settings.seed, "automl/ensemble/bags");
  const bagCount = models.length < 4 ? 1 : bags;
  for (let bag = 0; bag < bagCount; bag++) {
    const open = [...models.keys()].filter(() => bagCount === 1 || random.uniform() < 0.75);
    if (open.length === 0) open.push(alone.indexOf(Math.max(...alone)));
    const counts = greedyCounts(own, alone, open, judge, stopping);
    if (counts === undefined) return undefined;
    const sum = counts.reduce((one, count) => one + count, 0);
    for (const [k, count] of counts.entries()) total[k]! += count / sum / bagCount;
  }
  return total;
}

function greedyCounts(
  own: readonly Float64Array[],
  alone: readonly number[],
  open: readonly number[],
  judge: (margins: Float64Array) => number,
  stopping: () => boolean,
): number[] | undefined {
  const counts = new Array<number>(own.length).fill(0);
  const first = open.reduce((best, k) => (alone[k]! > alone[best]! ? k : best), open[0]!);
  const sum = Float64Array.from(own[first]!);
  counts[first] = 1;
  let best = { value: alone[first]!, counts: [...counts] };
  const mean = new Float64Array(sum.length);
  for (let size = 2; size <= rounds; size++) {
    let next = { k: -1, value: Number.NEGATIVE_INFINITY };
    for (const k of open) {
      if (stopping()) return undefined;
      const margins = own[k]!;
      for (let i = 0; i < sum.length; i++) mean[i] = (sum[i]! + margins[i]!) / size;
      const value = judge(mean);
      if (value > next.value) next = { k, value };
    }
    if (next.k < 0) break;
    for (let i = 0; i < sum.length; i++) sum[i]! += own[next.k]![i]!;
    counts[next.k]!++;
    if (next.value > best.value) best = { value: next.value, counts: [...counts] };
    else if (size > 6 && next.value < best.value - Math.abs(best.value) * 1e-3) break;
  }
  return best.counts;
}

function stackAt(
  models: readonly Float64Array[],
  judged: Judged,
  rows: Uint32Array,
  { task }: Settings,
  classes: readonly string[],
): number[] {
  const all = judged.target.length;
  const step = Math.max(1, rows.length / (2 * mostRows));
  const some = Uint32Array.from({ length: Math.floor(rows.length / step) }, (_, i) => rows[Math.floor(i * step)]!);
  return stackWeights(
    models.map((margins) => marginsAt(margins, some, all)),
    Float64Array.from(some, (row) => judged.target[row]!),
    judged.weights === undefined ? undefined : Float64Array.from(some, (row) => judged.weights![row]!),
    task,
    Math.max(classes.length, 1),
  );
}

/** Without members that hardly count; their weight goes to the others. */
function pruned(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const kept = weights.map((weight) => (weight < leastWeight * total ? 0 : weight));
  const left = kept.reduce((sum, weight) => sum + weight, 0);
  return left > 0 ? kept.map((weight) => (weight * total) / left) : [...weights];
}
