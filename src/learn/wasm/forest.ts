// One tree of a forest, depth first, over binned rows. Everything that it reads and writes is named by a plan (see
// forest-plan.ts), so that one call grows a whole tree.
import {
  ANSWERS, BINS, CANDIDATES, CLASSES, DRAWN_THRESHOLDS, FEATURES, FEATURES_PER_SPLIT, FEATURE_STEP, FOUND_BIN, FOUND_FEATURE,
  FOUND_GAIN, FOUND_MISSING, LEAF_END, LISTS, MAX_DEPTH, MIN_ROWS, NODE_ANSWERS, NODE_BIN, NODE_BITS, NODE_FEATURE, NODE_GAIN,
  NODE_LEFT, NODE_MISSING, NODE_RIGHT, NODE_WEIGHTS, ORDER, RANDOM_COUNT, REST, ROW_STEP, ROW_WEIGHTS, SEED, SIDES, STACK, SUMS,
  slot,
} from "./forest-plan";
import { drawCut } from "./forest-draws";
import { searchFeature, writeCutSides } from "./forest-splits";
import { mix } from "./rows";

/**
 * Draws `n` of n rows with replacement: `out` gets how often each was drawn times its weight (`weights`; 0: 1 each).
 */
export function drawRows(n: i32, seed: i32, weights: usize, out: usize): void {
  memory.fill(out, 0, <usize>n << 3);
  for (let i = 0; i < n; i++) {
    const row = <usize>((<u64>mix(<u32>i, <u32>seed) * <u64>n) >> 32);
    const at = out + (row << 3);
    store<f64>(at, load<f64>(at) + 1.0);
  }
  if (weights == 0) return;
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 3;
    store<f64>(out + at, load<f64>(out + at) * load<f64>(weights + at));
  }
}

/** Lists the rows of positive weight, ascending; returns how many. */
export function listRows(n: i32, weights: usize, out: usize): i32 {
  let used = 0;
  for (let i = 0; i < n; i++) {
    store<u32>(out + (<usize>used << 2), i);
    if (load<f64>(weights + (<usize>i << 3)) > 0.0) used++;
  }
  return used;
}

// @ts-ignore: decorator
@inline
function nextRandom(plan: usize): u32 {
  const count = load<u32>(plan, RANDOM_COUNT);
  store<u32>(plan, count + 1, RANDOM_COUNT);
  return mix(count, load<u32>(plan, SEED));
}

/** Copies weights and answers of a node's rows side by side and sums them up; returns whether all answers are one. */
function gatherNode(plan: usize, start: i32, end: i32): bool {
  const classes = load<i32>(plan, CLASSES);
  if (classes > 2) return gatherClasses(plan, start, end);
  const sums = slot(plan, SUMS);
  const order = slot(plan, ORDER);
  const rowWeights = slot(plan, ROW_WEIGHTS);
  const answers = slot(plan, ANSWERS);
  let pairs = slot(plan, NODE_WEIGHTS);
  let total = f64x2.splat(0.0);
  if (classes == 2) {
    const lanes = i64x2(0, 1);
    for (let k = start; k < end; k++) {
      const row = <usize>load<u32>(order + (<usize>k << 2));
      const lane = i64x2.eq(i64x2.splat(<i64>load<u32>(answers + (row << 2))), lanes);
      const pair = v128.and(v128.load64_splat(rowWeights + (row << 3)), lane);
      v128.store(pairs, pair);
      pairs += 16;
      total = f64x2.add(total, pair);
    }
    v128.store(sums, total);
    return !(load<f64>(sums) > 0.0) || !(load<f64>(sums, 8) > 0.0);
  }
  const first = load<f64>(answers + (<usize>load<u32>(order + (<usize>start << 2)) << 3));
  let pure = true;
  for (let k = start; k < end; k++) {
    const row = <usize>load<u32>(order + (<usize>k << 2));
    const weight = load<f64>(rowWeights + (row << 3));
    const value = load<f64>(answers + (row << 3));
    const pair = f64x2.replace_lane(f64x2.splat(weight), 1, weight * value);
    v128.store(pairs, pair);
    pairs += 16;
    total = f64x2.add(total, pair);
    if (value != first) pure = false;
  }
  v128.store(sums, total);
  return pure;
}

function gatherClasses(plan: usize, start: i32, end: i32): bool {
  const classes = load<i32>(plan, CLASSES);
  const sums = slot(plan, SUMS);
  const order = slot(plan, ORDER);
  const rowWeights = slot(plan, ROW_WEIGHTS);
  const answers = slot(plan, ANSWERS);
  let weights = slot(plan, NODE_WEIGHTS);
  let own = slot(plan, NODE_ANSWERS);
  memory.fill(sums, 0, <usize>classes << 3);
  for (let k = start; k < end; k++) {
    const row = <usize>load<u32>(order + (<usize>k << 2));
    const weight = load<f64>(rowWeights + (row << 3));
    const at = load<u32>(answers + (row << 2)) << 3;
    store<f64>(weights, weight);
    store<u32>(own, at);
    weights += 8;
    own += 4;
    store<f64>(sums + <usize>at, load<f64>(sums + <usize>at) + weight);
  }
  let present = 0;
  for (let c = 0; c < classes; c++) if (load<f64>(sums + (<usize>c << 3)) > 0.0) present++;
  return present < 2;
}

/** Looks among randomly chosen features, and among further ones while none divides the rows; returns whether one did. */
function searchNode(plan: usize, start: i32, end: i32): bool {
  const lists = slot(plan, LISTS);
  const classes = load<i32>(plan, CLASSES);
  const sums = slot(plan, SUMS);
  let weight = 0.0;
  let squares = 0.0;
  if (classes == 0) {
    weight = load<f64>(sums);
    squares = load<f64>(sums, 8) * load<f64>(sums, 8);
  }
  for (let c = 0; c < classes; c++) {
    const own = load<f64>(sums + (<usize>c << 3));
    weight += own;
    squares += own * own;
  }
  store<f64>(lists + FOUND_GAIN, 1e-12);
  store<i32>(lists + FOUND_FEATURE, -1);
  const features = load<i32>(plan, FEATURES);
  const wanted = load<i32>(plan, FEATURES_PER_SPLIT);
  const candidates = slot(plan, CANDIDATES);
  for (let k = 0; k < features && (k < wanted || load<i32>(lists + FOUND_FEATURE) < 0); k++) {
    let at = k;
    if (wanted < features) at += <i32>((<u64>nextRandom(plan) * <u64>(features - k)) >> 32);
    const feature = load<i32>(candidates + (<usize>at << 2));
    store<i32>(candidates + (<usize>at << 2), load<i32>(candidates + (<usize>k << 2)));
    store<i32>(candidates + (<usize>k << 2), feature);
    if (load<i32>(plan, DRAWN_THRESHOLDS) == 0) searchFeature(plan, feature, start, end, weight, squares / weight, 0);
    else drawCut(plan, feature, start, end, weight, squares / weight, nextRandom(plan));
  }
  if (load<i32>(lists + FOUND_FEATURE) < 0) return false;
  writeCutSides(plan);
  return true;
}

/** Sends the node's rows to their sides, each side in its order; returns where the right side starts. */
function divideNode(plan: usize, start: i32, end: i32): i32 {
  const lists = slot(plan, LISTS);
  const feature = load<i32>(lists + FOUND_FEATURE);
  const column = slot(plan, BINS) + <usize>feature * slot(plan, FEATURE_STEP);
  const step = slot(plan, ROW_STEP);
  const order = slot(plan, ORDER);
  const rest = slot(plan, REST);
  const sides = lists + SIDES;
  let left = start;
  let right = 0;
  for (let k = start; k < end; k++) {
    const row = load<u32>(order + (<usize>k << 2));
    const goes = <i32>load<u8>(sides + <usize>load<u8>(column + <usize>row * step));
    store<u32>(order + (<usize>left << 2), row);
    store<u32>(rest + (<usize>right << 2), row);
    left += goes;
    right += 1 - goes;
  }
  memory.copy(order + (<usize>left << 2), rest, <usize>right << 2);
  return left;
}

function writeNode(plan: usize, node: i32): void {
  const lists = slot(plan, LISTS);
  const at = <usize>node << 2;
  const feature = load<i32>(lists + FOUND_FEATURE);
  store<i32>(slot(plan, NODE_FEATURE) + at, feature);
  store<i32>(slot(plan, NODE_BIN) + at, load<i32>(lists + FOUND_BIN));
  store<i32>(slot(plan, NODE_MISSING) + at, load<i32>(lists + FOUND_MISSING));
  store<f64>(slot(plan, NODE_GAIN) + (at << 1), load<f64>(lists + FOUND_GAIN));
  const bits = slot(plan, NODE_BITS);
  if (bits == 0) return;
  for (let word: usize = 0; word < 8; word++) {
    let packed: u32 = 0;
    for (let k: usize = 0; k < 32; k++) packed |= <u32>load<u8>(lists + SIDES + (word << 5) + k) << <u32>k;
    store<u32>(bits + (<usize>node << 5) + (word << 2), packed);
  }
}

/**
 * Grows one tree on the first `used` rows of the order; returns how many nodes it wrote (one leaf more than that). Leaves
 * hold consecutive rows of the order, from left to right; children below 0 are ~leaf.
 */
export function growForestTree(plan: usize, used: i32): i32 {
  const stack = slot(plan, STACK);
  const features = load<i32>(plan, FEATURES);
  const candidates = slot(plan, CANDIDATES);
  for (let f = 0; f < features; f++) store<i32>(candidates + (<usize>f << 2), f);
  const maxDepth = load<i32>(plan, MAX_DEPTH);
  const minRows = load<i32>(plan, MIN_ROWS);
  const leftChildren = slot(plan, NODE_LEFT);
  const rightChildren = slot(plan, NODE_RIGHT);
  const leafEnd = slot(plan, LEAF_END);
  let nodes = 0;
  let leaves = 0;
  // Entries of the stack: start, end, depth, and the parent's number times 2, plus 1 on its right side (−1: the root).
  store<i32>(stack, 0);
  store<i32>(stack, used, 4);
  store<i32>(stack, 0, 8);
  store<i32>(stack, -1, 12);
  let waiting = 1;
  while (waiting > 0) {
    waiting--;
    const entry = stack + (<usize>waiting << 4);
    const start = load<i32>(entry);
    const end = load<i32>(entry, 4);
    const depth = load<i32>(entry, 8);
    const parent = load<i32>(entry, 12);
    const mayDivide = end - start >= minRows << 1 && end - start > 1 && (maxDepth == 0 || depth < maxDepth);
    const divides = mayDivide && !gatherNode(plan, start, end) && searchNode(plan, start, end);
    const child = divides ? nodes : ~leaves;
    if (parent >= 0)
      store<i32>(((parent & 1) != 0 ? rightChildren : leftChildren) + (<usize>(parent >> 1) << 2), child);
    if (!divides) {
      store<i32>(leafEnd + (<usize>leaves << 2), end);
      leaves++;
      continue;
    }
    writeNode(plan, nodes);
    const middle = divideNode(plan, start, end);
    for (let side = 1; side >= 0; side--) {
      const next = stack + (<usize>waiting << 4);
      store<i32>(next, side == 1 ? middle : start);
      store<i32>(next, side == 1 ? end : middle, 4);
      store<i32>(next, depth + 1, 8);
      store<i32>(next, (nodes << 1) | side, 12);
      waiting++;
    }
    nodes++;
  }
  return nodes;
}
