import { cos } from "../elementary/trigonometric.ts";
import type { Forest } from "./terms.ts";

/*
 * Exact Shapley values of trees. On the way to a leaf each feature is one *condition* (all its splits together). A leaf's
 * value is then a product game: it counts where all conditions hold. With o = 1 where the row meets a condition and z what
 * stands for it where the feature is unknown, feature i gets value · (o_i − z_i) · ∫₀¹ ∏_{j≠i} ((1 − t) z_j + t o_j) dt.
 * A leaf sees a row only as the set of conditions that it meets, so what it gives each feature is kept by that set.
 *
 * Path-dependent: z is the share of the training rows. Interventional: z is 0 or 1, averaged over background rows.
 * Sources: S. Lundberg et al., From local explanations to global understanding with explainable AI for trees, Nature Machine
 * Intelligence 2, 2020, for both games; J. Yang, Fast TreeSHAP, 2021, for keeping by set. The integral is a polynomial of
 * degree d − 1, which Gauss–Legendre quadrature gives exactly; no division, so a share of 0 needs no special case.
 */

/** A leaf with the conditions on its way, in the order in which their features are met. */
interface Leaf {
  readonly ref: number;
  readonly output: number;
  readonly value: number;
  readonly features: readonly number[];
  /** Every split on the way: its node, whether the way goes left there, and which condition it belongs to. */
  readonly way: readonly { readonly node: number; readonly left: boolean; readonly condition: number }[];
  /** What each condition's feature gets, by the set of conditions met; made when first met. */
  table?: Float64Array;
  known?: Uint8Array;
}

/** What a leaf gives the feature of each of its conditions, where the flagged conditions are met. */
type LeafShares = (leaf: Leaf, met: Uint8Array, out: Float64Array) => void;

/** Adds the values of all trees of a row to `phi` (feature × class); `x` holds NaN where missing. */
export type ShapOfRow = (x: Float64Array, phi: Float64Array) => void;

/** Up to so many conditions a leaf keeps a table of all sets; and so many numbers are kept in all (32 MB). */
const widestTable = 10;
const mostKept = 1 << 22;

/** Features that are not known follow a split's rows in the shares of the training rows (`coverOf`). */
export function pathDependentShap(forest: Forest): ShapOfRow {
  const shares = new Map<Leaf, Float64Array>();
  return shapOf(forest, (leaf, met, out) => {
    let unknown = shares.get(leaf);
    if (unknown === undefined) {
      unknown = new Float64Array(leaf.features.length).fill(1);
      for (const { node, left, condition } of leaf.way) {
        const cover = forest.coverOf(node);
        const child = left ? forest.left[node]! : forest.right[node]!;
        unknown[condition]! *= cover === 0 ? 0 : forest.coverOf(child) / cover;
      }
      shares.set(leaf, unknown);
    }
    productGame(leaf.value, met, unknown, out);
  });
}

/** Features that are not known take the values of a background row, averaged over all (rows of features side by side). */
export function interventionalShap(forest: Forest, background: readonly Float64Array[]): ShapOfRow {
  const patterns = new Map<Leaf, { readonly met: Uint8Array; rows: number }[]>();
  const patternsOf = (leaf: Leaf) => {
    const byText = new Map<string, { readonly met: Uint8Array; rows: number }>();
    for (const x of background) {
      const met = metBy(forest, leaf, x);
      const text = met.join("");
      const same = byText.get(text);
      if (same === undefined) byText.set(text, { met, rows: 1 });
      else same.rows++;
    }
    return [...byText.values()];
  };
  const weights = orderWeights();
  return shapOf(forest, (leaf, met, out) => {
    let found = patterns.get(leaf);
    if (found === undefined) {
      found = patternsOf(leaf);
      patterns.set(leaf, found);
    }
    for (const other of found) swapGame((leaf.value * other.rows) / background.length, met, other.met, weights, out);
  });
}

function shapOf(forest: Forest, shares: LeafShares): ShapOfRow {
  const leaves = leavesOf(forest);
  const goes = new Uint8Array(forest.feature.length);
  const wide = new Float64Array(Math.max(1, ...leaves.map(({ features }) => features.length)));
  const { classes, feature } = forest;
  let kept = 0;
  const tableOf = (leaf: Leaf): Float64Array | undefined => {
    const count = leaf.features.length;
    if (leaf.table !== undefined || count > widestTable || kept + (count << count) > mostKept) return leaf.table;
    kept += count << count;
    leaf.known = new Uint8Array(1 << count);
    leaf.table = new Float64Array(count << count);
    return leaf.table;
  };
  const walks = walksOf(forest, leaves);
  const sets = new Int32Array(forest.feature.length);
  return (x, phi) => {
    for (let n = 0; n < feature.length; n++) goes[n] = forest.goesLeft(n, x[feature[n]!]!) ? 1 : 0;
    walks.fill(goes, sets);
    for (let l = 0; l < leaves.length; l++) {
      const leaf = leaves[l]!;
      const { features, output } = leaf;
      const count = features.length;
      const table = leaf.table ?? tableOf(leaf);
      let from = 0;
      let given: Float64Array = wide;
      if (table !== undefined) {
        const set = walks.setOf(l, goes, sets);
        from = set * count;
        given = table;
        if (leaf.known![set] === 0) {
          leaf.known![set] = 1;
          shares(leaf, flagsOf(set, count), table.subarray(from, from + count));
        }
      } else {
        wide.fill(0);
        shares(leaf, metByGoes(leaf, goes), wide);
      }
      for (let k = 0; k < count; k++) phi[features[k]! * classes + output]! += given[from + k]!;
    }
  };
}

/** The sets of conditions met, handed down from parent to child so that a shared way is walked once. */
function walksOf(forest: Forest, leaves: readonly Leaf[]) {
  const nodes = forest.feature.length;
  const parent = new Int32Array(nodes).fill(-1);
  const isLeft = new Uint8Array(nodes);
  const bit = new Int32Array(nodes);
  const fresh = new Uint8Array(nodes);
  for (const { way } of leaves) {
    let before = -1;
    way.forEach(({ node, condition }, k) => {
      parent[node] = before;
      if (before >= 0) isLeft[node] = way[k - 1]!.left ? 1 : 0;
      bit[node] = condition < widestTable ? 1 << condition : 0;
      fresh[node] = way.findIndex((one) => one.condition === condition) === k ? 1 : 0;
      before = node;
    });
  }
  const last = Int32Array.from(leaves, ({ way }) => way.at(-1)!.node);
  const lastLeft = Uint8Array.from(leaves, ({ way }) => (way.at(-1)!.left ? 1 : 0));
  const after = (node: number, left: number, goes: Uint8Array, sets: Int32Array) => {
    const set = sets[node]!;
    if (goes[node] !== left) return set & ~bit[node]!;
    return fresh[node] === 1 ? set | bit[node]! : set;
  };
  return {
    fill(goes: Uint8Array, sets: Int32Array) {
      // children come after their parent
      for (let n = 0; n < nodes; n++) sets[n] = parent[n]! < 0 ? 0 : after(parent[n]!, isLeft[n]!, goes, sets);
    },
    setOf: (l: number, goes: Uint8Array, sets: Int32Array) => after(last[l]!, lastLeft[l]!, goes, sets),
  };
}

function leavesOf(forest: Forest): Leaf[] {
  const leaves: Leaf[] = [];
  forest.roots.forEach((root, tree) => {
    if (root < 0) return;
    const open: { ref: number; features: readonly number[]; way: Leaf["way"] }[] = [
      { ref: root, features: [], way: [] },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { ref, features, way } = next;
      if (ref < 0) {
        leaves.push({ ref, output: tree % forest.classes, value: forest.leafValue[~ref]!, features, way });
        continue;
      }
      const split = forest.feature[ref]!;
      const met = features.indexOf(split);
      const condition = met < 0 ? features.length : met;
      const passed = met < 0 ? [...features, split] : features;
      for (const left of [false, true])
        open.push({
          ref: left ? forest.left[ref]! : forest.right[ref]!,
          features: passed,
          way: [...way, { node: ref, left, condition }],
        });
    }
  });
  return leaves;
}

function metByGoes({ features, way }: Leaf, goes: Uint8Array): Uint8Array {
  const met = new Uint8Array(features.length).fill(1);
  for (const { node, left, condition } of way) if ((goes[node] === 1) !== left) met[condition] = 0;
  return met;
}

function metBy(forest: Forest, { features, way }: Leaf, x: Float64Array): Uint8Array {
  const met = new Uint8Array(features.length).fill(1);
  for (const { node, left, condition } of way)
    if (met[condition] === 1 && forest.goesLeft(node, x[forest.feature[node]!]!) !== left) met[condition] = 0;
  return met;
}

function flagsOf(set: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, k) => (set >> k) & 1);
}

/** Adds each condition's part of `value`; `unknown` is what stands for a condition whose feature is not known. */
function productGame(value: number, met: Uint8Array, unknown: Float64Array, out: Float64Array): void {
  const count = met.length;
  const { points, weights } = quadrature(Math.ceil(count / 2));
  const after = new Float64Array(count + 1);
  for (let q = 0; q < points.length; q++) {
    const t = points[q]!;
    after[count] = 1;
    const factor = (j: number) => (1 - t) * unknown[j]! + t * met[j]!;
    for (let j = count - 1; j >= 0; j--) after[j] = after[j + 1]! * factor(j);
    let before = value * weights[q]!;
    for (let j = 0; j < count; j++) {
      out[j]! += (met[j]! - unknown[j]!) * before * after[j + 1]!;
      before *= factor(j);
    }
  }
}

/** Adds each condition's part of `value`, where the features that are not known are another row's. */
function swapGame(value: number, met: Uint8Array, other: Uint8Array, weights: OrderWeights, out: Float64Array): void {
  let own = 0;
  let others = 0;
  for (let j = 0; j < met.length; j++) {
    if (met[j] === 0 && other[j] === 0) return;
    if (met[j] === 1 && other[j] === 0) own++;
    if (met[j] === 0 && other[j] === 1) others++;
  }
  const gain = own === 0 ? 0 : value * weights(own - 1, others);
  const loss = others === 0 ? 0 : value * weights(own, others - 1);
  for (let j = 0; j < met.length; j++) if (met[j] !== other[j]) out[j]! += met[j] === 1 ? gain : -loss;
}

type OrderWeights = (a: number, b: number) => number;

/** a! b! / (a + b + 1)!, kept. */
function orderWeights(): OrderWeights {
  const kept = new Map<number, number>();
  return (a, b) => {
    const key = a * 65_536 + b;
    let weight = kept.get(key);
    if (weight === undefined) {
      weight = 1 / (a + b + 1);
      for (let k = 1; k <= b; k++) weight *= k / (a + k);
      kept.set(key, weight);
    }
    return weight;
  };
}

interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

const quadratures = new Map<number, Quadrature>();

/** Gauss–Legendre on [0, 1] with n points: roots of the Legendre polynomial by Newton's method. */
function quadrature(n: number): Quadrature {
  const known = quadratures.get(n);
  if (known !== undefined) return known;
  const points = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let round = 0; round < 100; round++) {
      let [before, value] = [1, x];
      for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
      slope = (n * (x * value - before)) / (x * x - 1);
      const step = value / slope;
      x -= step;
      if (Math.abs(step) < 1e-16) break;
    }
    points[i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  const made = { points, weights };
  quadratures.set(n, made);
  return made;
}
