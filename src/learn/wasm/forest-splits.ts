// The best cut of one feature over the rows of one node of an averaged tree.
//
// A cell of the histogram holds one f64 a class (the sum of weights), or weight and weighted target. All loops run in the
// order of the rows or of the bins, so that the sums' last bits are the twin's.

import {
  BINS, BITS, CLASSES, COUNTS, DRAWN_THRESHOLDS, FEATURE_STEP, FEATURE_TABLE, FOUND_BIN, FOUND_FEATURE,
  FOUND_GAIN, FOUND_MISSING, HISTOGRAM, KEYS, LEFT_SUMS, LISTS, MIN_ROWS, NODE_ANSWERS, NODE_WEIGHTS, ORDER, ROW_STEP, SIDES,
  SUMS, slot,
} from "./forest-plan";

/** Up to so many rows the bins that they fall into are marked; beyond, all bins are looked at. */
const FEW_ROWS: i32 = 160;

/** Adds one row to its bin. */
// @ts-ignore: decorator
@inline
function addRow(histogram: usize, bin: usize, cell: usize, weights: usize, answers: usize, k: usize): void {
  if (cell > 16) {
    const at = histogram + bin * cell + <usize>load<u32>(answers + (k << 2));
    store<f64>(at, load<f64>(at) + load<f64>(weights + (k << 3)));
  } else {
    const at = histogram + (bin << 4);
    v128.store(at, f64x2.add(v128.load(at), v128.load(weights + (k << 4))));
  }
}

/** Sums up rows start … end by bin in a histogram of zeros; marks the bins where there are few rows. */
function fillHistogram(plan: usize, feature: i32, start: i32, end: i32): void {
  const classes = load<i32>(plan, CLASSES);
  const cell: usize = <usize>(classes > 0 ? classes : 2) << 3;
  const histogram = slot(plan, HISTOGRAM);
  const column = slot(plan, BINS) + <usize>feature * slot(plan, FEATURE_STEP);
  const step = slot(plan, ROW_STEP);
  const order = slot(plan, ORDER) + (<usize>start << 2);
  const weights = slot(plan, NODE_WEIGHTS);
  const answers = slot(plan, NODE_ANSWERS);
  const count = <usize>(end - start);
  if (end - start <= FEW_ROWS) {
    let a: u64 = 0;
    let b: u64 = 0;
    let c: u64 = 0;
    let d: u64 = 0;
    for (let k: usize = 0; k < count; k++) {
      const bin = <usize>load<u8>(column + <usize>load<u32>(order + (k << 2)) * step);
      addRow(histogram, bin, cell, weights, answers, k);
      const bit = <u64>1 << (bin & 63);
      const word = bin >> 6;
      a |= word == 0 ? bit : 0;
      b |= word == 1 ? bit : 0;
      c |= word == 2 ? bit : 0;
      d |= word == 3 ? bit : 0;
    }
    const bits = slot(plan, LISTS) + BITS;
    store<u64>(bits, a);
    store<u64>(bits, b, 8);
    store<u64>(bits, c, 16);
    store<u64>(bits, d, 24);
  } else {
    for (let k: usize = 0; k < count; k++) {
      const bin = <usize>load<u8>(column + <usize>load<u32>(order + (k << 2)) * step);
      addRow(histogram, bin, cell, weights, answers, k);
    }
  }
  if (load<i32>(plan, MIN_ROWS) <= 1) return;
  const counts = slot(plan, COUNTS);
  memory.fill(counts, 0, 1024);
  for (let k: usize = 0; k < count; k++) {
    const bin = <usize>load<u8>(column + <usize>load<u32>(order + (k << 2)) * step);
    store<i32>(counts + (bin << 2), load<i32>(counts + (bin << 2)) + 1);
  }
}

/** Makes the histogram zero again: whole, or the bins that were listed and missing's. */
function clearHistogram(plan: usize, rows: i32, bins: i32, missingBin: i32, known: i32, cell: usize): void {
  const histogram = slot(plan, HISTOGRAM);
  if (rows > FEW_ROWS) {
    memory.fill(histogram, 0, <usize>bins * cell);
    return;
  }
  const lists = slot(plan, LISTS);
  for (let k = 0; k < known; k++) {
    const at = histogram + <usize>load<i32>(lists + (<usize>k << 2)) * cell;
    for (let c: usize = 0; c < cell; c += 8) store<f64>(at + c, 0.0);
  }
  if (missingBin < 0) return;
  const at = histogram + <usize>missingBin * cell;
  for (let c: usize = 0; c < cell; c += 8) store<f64>(at + c, 0.0);
}

// @ts-ignore: decorator
@inline
function weightOf(cell: usize, classes: i32): f64 {
  if (classes == 0) return load<f64>(cell);
  let weight = 0.0;
  for (let c = 0; c < classes; c++) weight += load<f64>(cell + (<usize>c << 3));
  return weight;
}

/** Lists the bins that have rows, ascending and without missing's; returns how many. */
function listBins(plan: usize, rows: i32, bins: i32, missingBin: i32): i32 {
  const lists = slot(plan, LISTS);
  let known = 0;
  if (rows <= FEW_ROWS) {
    for (let word = 0; word < 4; word++) {
      let bits = load<u64>(lists + BITS + (<usize>word << 3));
      while (bits != 0) {
        const bin = (word << 6) + <i32>ctz(bits);
        bits &= bits - 1;
        if (bin == missingBin) continue;
        store<i32>(lists + (<usize>known << 2), bin);
        known++;
      }
    }
    return known;
  }
  const classes = load<i32>(plan, CLASSES);
  const cell: usize = <usize>(classes > 0 ? classes : 2) << 3;
  const histogram = slot(plan, HISTOGRAM);
  for (let bin = 0; bin < bins; bin++) {
    if (bin == missingBin || weightOf(histogram + <usize>bin * cell, classes) <= 0.0) continue;
    store<i32>(lists + (<usize>known << 2), bin);
    known++;
  }
  return known;
}

/** Sorts the listed bins by their mean, or by the share of the node's most frequent class; ties by bin. */
function sortByMean(plan: usize, known: i32): void {
  const classes = load<i32>(plan, CLASSES);
  const cell: usize = <usize>(classes > 0 ? classes : 2) << 3;
  const lists = slot(plan, LISTS);
  const histogram = slot(plan, HISTOGRAM);
  const sums = slot(plan, SUMS);
  let most = classes > 0 ? 0 : 1;
  for (let c = 1; c < classes; c++)
    if (load<f64>(sums + (<usize>c << 3)) > load<f64>(sums + (<usize>most << 3))) most = c;
  for (let k = 0; k < known; k++) {
    const bin = load<i32>(lists + (<usize>k << 2));
    const at = histogram + <usize>bin * cell;
    const key = load<f64>(at + (<usize>most << 3)) / weightOf(at, classes);
    store<f64>(lists + KEYS + (<usize>bin << 3), key);
    let j = k;
    while (j > 0) {
      const other = load<i32>(lists + (<usize>(j - 1) << 2));
      const otherKey = load<f64>(lists + KEYS + (<usize>other << 3));
      if (otherKey < key || (otherKey == key && other < bin)) break;
      store<i32>(lists + (<usize>j << 2), other);
      j--;
    }
    store<i32>(lists + (<usize>j << 2), bin);
  }
}

/**
 * Searches one feature over rows start … end of the order and keeps its cut where it beats what was found before. `weight` and
 * `parent` are the node's weight and its sum of squares over its weight; `random` are 32 random bits for a drawn threshold.
 */
export function searchFeature(plan: usize, feature: i32, start: i32, end: i32, weight: f64, parent: f64, random: u32): void {
  const table = slot(plan, FEATURE_TABLE) + (<usize>feature << 4);
  const bins = load<i32>(table);
  const missingBin = load<i32>(table, 4);
  const categorical = load<i32>(table, 8) != 0;
  const classes = load<i32>(plan, CLASSES);
  const width = classes > 0 ? classes : 2;
  const cell: usize = <usize>width << 3;
  const histogram = slot(plan, HISTOGRAM);
  const lists = slot(plan, LISTS);
  const sums = slot(plan, SUMS);
  const left = slot(plan, LEFT_SUMS);
  const counts = slot(plan, COUNTS);
  const minRows = load<i32>(plan, MIN_ROWS);
  const rows = end - start;
  const firstSum = load<f64>(sums);
  const secondSum = load<f64>(sums, 8);
  fillHistogram(plan, feature, start, end);
  const known = listBins(plan, rows, bins, missingBin);
  if (categorical) sortByMean(plan, known);
  const missingAt = histogram + <usize>(missingBin >= 0 ? missingBin : 0) * cell;
  const hasMissing = missingBin >= 0 && weightOf(missingAt, classes) > 0.0;
  if (known < 2 && !hasMissing) {
    clearHistogram(plan, rows, bins, missingBin, known, cell);
    return;
  }
  let drawn = -1;
  if (load<i32>(plan, DRAWN_THRESHOLDS) != 0 && known > 1) drawn = <i32>((<u64>random * <u64>(known - 1)) >> 32);
  let best = load<f64>(lists + FOUND_GAIN);
  let bestAt = -1;
  let bestMissing = 0;
  const passes = hasMissing ? 2 : 1;
  for (let pass = 0; pass < passes; pass++) {
    for (let c = 0; c < width; c++)
      store<f64>(left + (<usize>c << 3), pass == 1 ? load<f64>(missingAt + (<usize>c << 3)) : 0.0);
    let count = pass == 1 && minRows > 1 ? load<i32>(counts + (<usize>missingBin << 2)) : 0;
    const last = hasMissing && pass == 0 ? known : known - 1;
    let first = load<f64>(left);
    let second = load<f64>(left, 8);
    for (let k = 0; k < last; k++) {
      const bin = load<i32>(lists + (<usize>k << 2));
      const at = histogram + <usize>bin * cell;
      if (width == 2) {
        first += load<f64>(at);
        second += load<f64>(at, 8);
      } else for (let c: usize = 0; c < cell; c += 8) store<f64>(left + c, load<f64>(left + c) + load<f64>(at + c));
      if (minRows > 1) {
        count += load<i32>(counts + (<usize>bin << 2));
        if (count < minRows) continue;
        if (rows - count < minRows) break;
      }
      if (drawn >= 0 && k != drawn) continue;
      let own = 0.0;
      let leftSquares = 0.0;
      let rightSquares = 0.0;
      if (width == 2) {
        const other = secondSum - second;
        leftSquares = second * second;
        rightSquares = other * other;
        own = first;
        if (classes != 0) {
          const otherFirst = firstSum - first;
          own += second;
          leftSquares = first * first + leftSquares;
          rightSquares = otherFirst * otherFirst + rightSquares;
        }
      } else {
        for (let c: usize = 0; c < cell; c += 8) {
          const mine = load<f64>(left + c);
          const other = load<f64>(sums + c) - mine;
          own += mine;
          leftSquares += mine * mine;
          rightSquares += other * other;
        }
      }
      const rest = weight - own;
      if (!(own > 0.0) || !(rest > 0.0)) continue;
      const gain = leftSquares / own + rightSquares / rest - parent;
      if (gain <= best) continue;
      best = gain;
      bestAt = k;
      bestMissing = hasMissing ? pass : own + own > weight ? 1 : 0;
      if (drawn >= 0) break;
    }
  }
  clearHistogram(plan, rows, bins, missingBin, known, cell);
  if (bestAt < 0) return;
  store<f64>(lists + FOUND_GAIN, best);
  store<i32>(lists + FOUND_FEATURE, feature);
  store<i32>(lists + FOUND_BIN, load<i32>(lists + (<usize>bestAt << 2)));
  store<i32>(lists + FOUND_MISSING, bestMissing);
  if (categorical) writeListedSides(lists, bestAt);
}

/** One byte a bin: 1 goes left, which the listed ones up to `at` do. */
function writeListedSides(lists: usize, at: i32): void {
  const sides = lists + SIDES;
  memory.fill(sides, 0, 256);
  for (let k = 0; k <= at; k++) store<u8>(sides + <usize>load<i32>(lists + (<usize>k << 2)), 1);
  store<i32>(lists + FOUND_MISSING, load<u8>(sides));
}

/**
 * The same for the numeric feature that was found, once all were searched: bins up to the cut go left; missing's, and those that
 * training has not seen, where a missing value goes.
 */
export function writeCutSides(plan: usize): void {
  const lists = slot(plan, LISTS);
  const table = slot(plan, FEATURE_TABLE) + (<usize>load<i32>(lists + FOUND_FEATURE) << 4);
  if (load<i32>(table, 8) != 0) return;
  const missingBin = load<i32>(table, 4);
  const cut = i8x16.splat(<i8>load<i32>(lists + FOUND_BIN));
  const end = i8x16.splat(<i8>((missingBin >= 0 ? missingBin : load<i32>(table)) - 1));
  const one = i8x16.splat(1);
  const missing = i8x16.splat(<i8>load<i32>(lists + FOUND_MISSING));
  let bins = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (let at: usize = 0; at < 256; at += 16) {
    const known = v128.and(v128.le<u8>(bins, cut), one);
    v128.store(lists + SIDES + at, v128.bitselect(known, missing, v128.le<u8>(bins, end)));
    bins = i8x16.add(bins, i8x16.splat(16));
  }
}
