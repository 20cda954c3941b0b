// One drawn cut of one feature over the rows of one node of an extremely randomised tree: no histogram, two passes.
//
// Sums of pairs run in two lines, of the rows at even and at odd places, so that an addition need not wait for the one before it.

import {
  BINS, CLASSES, FEATURE_STEP, FEATURE_TABLE, FOUND_BIN, FOUND_FEATURE, FOUND_GAIN, FOUND_MISSING, LEFT_SUMS, LISTS, MIN_ROWS,
  NODE_ANSWERS, NODE_BINS, NODE_WEIGHTS, ORDER, ROW_STEP, SUMS, slot,
} from "./forest-plan";
import { searchFeature } from "./forest-splits";

/** Sums of the node's rows whose bin lies in `low` … `high`, as a cell at `out`. */
function sumBetween(plan: usize, count: i32, low: i32, high: i32, out: usize): void {
  const bins = slot(plan, NODE_BINS);
  const weights = slot(plan, NODE_WEIGHTS);
  const span = <u32>(high - low);
  const classes = load<i32>(plan, CLASSES);
  if (classes > 2) {
    const answers = slot(plan, NODE_ANSWERS);
    memory.fill(out, 0, <usize>classes << 3);
    for (let k: usize = 0; k < <usize>count; k++) {
      const at = out + <usize>load<u32>(answers + (k << 2));
      const weight = <u32>(<i32>load<u8>(bins + k) - low) <= span ? load<f64>(weights + (k << 3)) : 0.0;
      store<f64>(at, load<f64>(at) + weight);
    }
    return;
  }
  let even = f64x2.splat(0.0);
  let odd = f64x2.splat(0.0);
  let k: usize = 0;
  for (; k + 1 < <usize>count; k += 2) {
    const first = i64x2.splat(-(<i64>(<u32>(<i32>load<u8>(bins + k) - low) <= span)));
    const second = i64x2.splat(-(<i64>(<u32>(<i32>load<u8>(bins + k, 1) - low) <= span)));
    even = f64x2.add(even, v128.and(first, v128.load(weights + (k << 4))));
    odd = f64x2.add(odd, v128.and(second, v128.load(weights + (k << 4), 16)));
  }
  if (k < <usize>count && <u32>(<i32>load<u8>(bins + k) - low) <= span)
    even = f64x2.add(even, v128.load(weights + (k << 4)));
  v128.store(out, f64x2.add(even, odd));
}

function countBetween(plan: usize, count: i32, low: i32, high: i32): i32 {
  const bins = slot(plan, NODE_BINS);
  let found = 0;
  for (let k: usize = 0; k < <usize>count; k++) {
    const bin = <i32>load<u8>(bins + k);
    if (bin >= low && bin <= high) found++;
  }
  return found;
}

/** Keeps a cut where it beats what was found before; `left` holds the sums of the rows that it sends left. */
function judgeCut(plan: usize, left: usize, feature: i32, cut: i32, missingLeft: i32, weight: f64, parent: f64): void {
  const lists = slot(plan, LISTS);
  const sums = slot(plan, SUMS);
  const classes = load<i32>(plan, CLASSES);
  let own = classes == 0 ? load<f64>(left) : 0.0;
  let leftSquares = 0.0;
  let rightSquares = 0.0;
  for (let c: usize = classes == 0 ? 8 : 0, end: usize = <usize>(classes > 0 ? classes : 2) << 3; c < end; c += 8) {
    const mine = load<f64>(left + c);
    const other = load<f64>(sums + c) - mine;
    if (classes > 0) own += mine;
    leftSquares += mine * mine;
    rightSquares += other * other;
  }
  const rest = weight - own;
  if (!(own > 0.0) || !(rest > 0.0)) return;
  const gain = leftSquares / own + rightSquares / rest - parent;
  if (gain <= load<f64>(lists + FOUND_GAIN)) return;
  store<f64>(lists + FOUND_GAIN, gain);
  store<i32>(lists + FOUND_FEATURE, feature);
  store<i32>(lists + FOUND_BIN, cut);
  store<i32>(lists + FOUND_MISSING, missingLeft >= 0 ? missingLeft : own + own > weight ? 1 : 0);
}

/**
 * Draws a cut between the least and the greatest bin of rows start … end of the order and keeps it where it beats what was found
 * before; missing values are tried on both sides of it, or apart where all others fall into one bin. Levels are ordered first, as
 * where all cuts are searched. `random` are 32 random bits.
 */
export function drawCut(plan: usize, feature: i32, start: i32, end: i32, weight: f64, parent: f64, random: u32): void {
  const table = slot(plan, FEATURE_TABLE) + (<usize>feature << 4);
  if (load<i32>(table, 8) != 0) {
    searchFeature(plan, feature, start, end, weight, parent, random);
    return;
  }
  const missingBin = load<i32>(table, 4);
  const column = slot(plan, BINS) + <usize>feature * slot(plan, FEATURE_STEP);
  const step = slot(plan, ROW_STEP);
  const order = slot(plan, ORDER) + (<usize>start << 2);
  const own = slot(plan, NODE_BINS);
  const count = end - start;
  // Missing's bin is the last one.
  let least = 255;
  let most = -1;
  let missing = 0;
  for (let k: usize = 0; k < <usize>count; k++) {
    const bin = <i32>load<u8>(column + <usize>load<u32>(order + (k << 2)) * step);
    store<u8>(own + k, bin);
    const isMissing = bin == missingBin;
    least = bin < least ? bin : least;
    const known = isMissing ? -1 : bin;
    most = known > most ? known : most;
    missing += <i32>isMissing;
  }
  if (most < 0 || (least == most && missing == 0)) return;
  const cut = least + <i32>((<u64>random * <u64>(most - least)) >> 32);
  const left = slot(plan, LEFT_SUMS);
  const minRows = load<i32>(plan, MIN_ROWS);
  const rows = minRows > 1 ? countBetween(plan, count, least, cut) : 1;
  sumBetween(plan, count, least, cut, left);
  if (rows >= minRows && (minRows <= 1 || count - rows >= minRows))
    judgeCut(plan, left, feature, cut, missing > 0 ? 0 : -1, weight, parent);
  if (missing == 0 || least == most) return;
  if (minRows > 1 && (rows + missing < minRows || count - rows - missing < minRows)) return;
  const width: usize = <usize>(load<i32>(plan, CLASSES) > 0 ? load<i32>(plan, CLASSES) : 2) << 3;
  sumBetween(plan, count, missingBin, missingBin, left + width);
  for (let c: usize = 0; c < width; c += 8) store<f64>(left + c, load<f64>(left + c) + load<f64>(left + width + c));
  judgeCut(plan, left, feature, cut, 1, weight, parent);
}
