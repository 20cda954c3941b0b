// Whole although long: the compiler inlines across one file, and both directions of a scan are read side by side.
// The best split of one leaf, over all features. All sums are integers until a gain is computed.

// Slots of the settings (f64 each).
const GRADIENT_UNIT: usize = 0;
const HESSIAN_UNIT: usize = 8;
const L2: usize = 16;
const MIN_HESSIAN: usize = 24;
const MIN_ROWS: usize = 32;
const CAT_SMOOTH: usize = 40;
const CAT_L2: usize = 48;
const CAT_MIN_GROUP: usize = 56;
const CAT_MAX: usize = 64;
const CAT_ONE_HOT: usize = 72;
const CONSTRAINED: usize = 80;
const LOW: usize = 88;
const HIGH: usize = 96;
const WHOLE_ROWS: usize = 104;
const WORDS: usize = 112;

// Slots of the result (f64 each); 256 bytes `goesLeft` follow at 64.
const GAIN: usize = 0;
const FEATURE: usize = 8;
const BIN: usize = 16;
const MISSING_LEFT: usize = 24;
const LEFT_GRADIENT: usize = 32;
const LEFT_HESSIAN: usize = 40;
const EXTRA_L2: usize = 48;
const TABLE: usize = 64;

/**
 * Finds the split of greatest gain and writes it to `out` (feature −1: none is allowed).
 *
 * `features` holds four i32 a feature: bins (missing's included), bin of missing values (−1: none), 1 for categorical
 * (bin 0 then holds missing and rare levels), 1 where the feature may be used, 2 where it may and values may only rise with
 * it, 3 where they may only fall. `gradient`, `hessian`, `rows` are the
 * leaf's sums. `scratch` is 256 × 8 bytes. A tie goes to the lower feature, then to the lower bin.
 * Categories: sorted by gradient over hessian, both directions (Fisher 1958; LightGBM's `cat_*` parameters).
 */
export function findSplit(
  histogram: usize,
  features: usize,
  featureCount: i32,
  settings: usize,
  gradient: f64,
  hessian: f64,
  rows: i32,
  scratch: usize,
  out: usize,
): void {
  store<f64>(out, 0.0, GAIN);
  store<f64>(out, -1.0, FEATURE);
  if (hessian <= 0.0) return;
  const gradientUnit = load<f64>(settings, GRADIENT_UNIT);
  const hessianUnit = load<f64>(settings, HESSIAN_UNIT);
  const l2 = load<f64>(settings, L2);
  const rowsPerHessian = <f64>rows / hessian;
  let least = load<f64>(settings, MIN_HESSIAN) / hessianUnit;
  const wholeRows = load<f64>(settings, WHOLE_ROWS) != 0.0;
  const leastForRows = wholeRows ? 0.0 : load<f64>(settings, MIN_ROWS) / rowsPerHessian;
  if (leastForRows > least) least = leastForRows;
  const realGradient = gradient * gradientUnit;
  let parent = (realGradient * realGradient) / (hessian * hessianUnit + l2);
  if (load<f64>(settings, CONSTRAINED) != 0.0) {
    const whole = hessian * hessianUnit + l2;
    const value = valueWithin(realGradient, whole, load<f64>(settings, LOW), load<f64>(settings, HIGH));
    parent = -(2.0 * realGradient * value + whole * value * value);
  }
  const bytes = <usize>load<f64>(settings, WORDS) << 3;
  for (let f = 0; f < featureCount; f++) {
    const feature = features + (<usize>f << 4);
    const bins = load<i32>(feature);
    if (load<i32>(feature, 12) == 0 || bins < 2) continue;
    const base = histogram + <usize>f * bytes;
    if (load<i32>(feature, 8) == 0 && load<f64>(settings, CONSTRAINED) != 0.0)
      scanConstrained(base, f, bins, load<i32>(feature, 4), load<i32>(feature, 12), settings, least, gradient, hessian, parent, out);
    else if (load<i32>(feature, 8) == 0)
      scanThresholds(base, f, bins, load<i32>(feature, 4), gradientUnit, hessianUnit, l2, least, gradient, hessian, parent, out, <f64>rows, wholeRows ? load<f64>(settings, MIN_ROWS) : 0.0);
    else
      scanCategories(base, f, bins, settings, least, rowsPerHessian, gradient, hessian, parent, scratch, out);
  }
}

// @ts-ignore: decorator
@inline
function gainOf(gradient: f64, hessian: f64, l2: f64): f64 {
  return (gradient * gradient) / (hessian + l2);
}

function record(
  out: usize, gain: f64, f: i32, bin: i32, missingLeft: i32, leftGradient: f64, leftHessian: f64, extraL2: f64,
): void {
  store<f64>(out, gain, GAIN);
  store<f64>(out, <f64>f, FEATURE);
  store<f64>(out, <f64>bin, BIN);
  store<f64>(out, <f64>missingLeft, MISSING_LEFT);
  store<f64>(out, leftGradient, LEFT_GRADIENT);
  store<f64>(out, leftHessian, LEFT_HESSIAN);
  store<f64>(out, extraL2, EXTRA_L2);
}

function scanThresholds(
  base: usize, f: i32, bins: i32, missingBin: i32, gradientUnit: f64, hessianUnit: f64, l2: f64, least: f64,
  gradient: f64, hessian: f64, parent: f64, out: usize, rows: f64, minRows: f64,
): void {
  // Where `minRows` is above 0, rows are counted by rounding each bin's estimate, as LightGBM does: those on the side of no
  // missing values, and the other side has the rest. Rows of small hessians round to none, so it matters which is counted.
  const rowsPerHessian = rows / hessian;
  const known = missingBin >= 0 ? missingBin : bins;
  const missing: i64 = missingBin >= 0 ? load<i64>(base + (<usize>missingBin << 3)) : 0;
  const hasMissing = <u32>missing != 0;
  const passes = hasMissing ? 2 : 1;
  const wholeGradient = gradient * gradientUnit;
  const wholeHessian = hessian * hessianUnit + l2 + l2;
  let best = load<f64>(out, GAIN);
  let bar = (best + parent) * 0.9999999999;
  let bestBin = -1;
  let bestPass = 0;
  let bestSums: i64 = 0;
  let knownRows = 0.0;
  if (minRows > 0.0)
    for (let b = 0; b < known; b++)
      knownRows += Math.floor(<f64>load<u32>(base + (<usize>b << 3)) * rowsPerHessian + 0.5);
  for (let pass = 0; pass < passes; pass++) {
    let sums: i64 = pass ? missing : 0;
    let leftRows = pass == 0 && hasMissing ? 0.0 : rows - knownRows;
    const last = pass == 0 && hasMissing ? known : known - 1;
    for (let b = 0; b < last; b++) {
      const word = load<i64>(base + (<usize>b << 3));
      if (word == 0) continue;
      sums += word;
      const leftHessian = <f64>(<u32>sums);
      if (minRows > 0.0) {
        leftRows += Math.floor(<f64>(<u32>word) * rowsPerHessian + 0.5);
        if (leftRows < minRows) continue;
        if (rows - leftRows < minRows) break;
      }
      if (leftHessian < least) continue;
      if (hessian - leftHessian < least) break;
      const g = <f64>(<i32>(sums >> 32)) * gradientUnit;
      const h = leftHessian * hessianUnit + l2;
      const rightG = wholeGradient - g;
      const rightH = wholeHessian - h;
      const left = g * g;
      const right = rightG * rightG;
      // Two divisions only where the gain may be the greatest; the bar is a little low, so that rounding hides none.
      if (left * rightH + right * h < bar * (h * rightH)) continue;
      const gain = left / h + right / rightH - parent;
      if (gain > best) {
        best = gain;
        bar = (best + parent) * 0.9999999999;
        bestBin = b;
        bestPass = pass;
        bestSums = sums;
      }
    }
  }
  if (bestBin < 0) return;
  const bestHessian = <f64>(<u32>bestSums);
  // Where training saw no missing value here, a missing one follows the heavier side.
  const missingLeft = hasMissing ? bestPass : bestHessian + bestHessian > hessian ? 1 : 0;
  record(out, best, f, bestBin, missingLeft, <f64>(<i32>(bestSums >> 32)), bestHessian, 0.0);
  for (let b = 0; b < known; b++) store<u8>(out + TABLE + b, b <= bestBin ? 1 : 0);
  for (let b = known; b < 256; b++) store<u8>(out + TABLE + b, missingLeft);
}

// @ts-ignore: decorator
@inline
function valueWithin(gradient: f64, hessian: f64, low: f64, high: f64): f64 {
  const value = -gradient / hessian;
  return value < low ? low : value > high ? high : value;
}

/** As `scanThresholds`, with leaf values held within the bounds and in the feature's order (LightGBM's basic method). */
function scanConstrained(
  base: usize, f: i32, bins: i32, missingBin: i32, use: i32, settings: usize, least: f64,
  gradient: f64, hessian: f64, parent: f64, out: usize,
): void {
  const gradientUnit = load<f64>(settings, GRADIENT_UNIT);
  const hessianUnit = load<f64>(settings, HESSIAN_UNIT);
  const l2 = load<f64>(settings, L2);
  const low = load<f64>(settings, LOW);
  const high = load<f64>(settings, HIGH);
  const known = missingBin >= 0 ? missingBin : bins;
  const missingGradient = missingBin >= 0 ? <f64>load<i32>(base + (<usize>missingBin << 3), 4) : 0.0;
  const missingHessian = missingBin >= 0 ? <f64>load<u32>(base + (<usize>missingBin << 3)) : 0.0;
  const passes = missingHessian > 0.0 ? 2 : 1;
  let best = load<f64>(out, GAIN);
  let bestBin = -1;
  let bestPass = 0;
  let bestGradient = 0.0;
  let bestHessian = 0.0;
  for (let pass = 0; pass < passes; pass++) {
    let leftGradient = pass ? missingGradient : 0.0;
    let leftHessian = pass ? missingHessian : 0.0;
    const last = pass == 0 && missingHessian > 0.0 ? known : known - 1;
    for (let b = 0; b < last; b++) {
      const at = base + (<usize>b << 3);
      leftGradient += <f64>load<i32>(at, 4);
      leftHessian += <f64>load<u32>(at);
      if (leftHessian < least) continue;
      const rightHessian = hessian - leftHessian;
      if (rightHessian < least) break;
      const g = leftGradient * gradientUnit;
      const h = leftHessian * hessianUnit + l2;
      const rg = (gradient - leftGradient) * gradientUnit;
      const rh = rightHessian * hessianUnit + l2;
      const left = valueWithin(g, h, low, high);
      const right = valueWithin(rg, rh, low, high);
      if (use == 2 && left > right) continue;
      if (use == 3 && left < right) continue;
      const gain = -(2.0 * g * left + h * left * left) - (2.0 * rg * right + rh * right * right) - parent;
      if (gain > best) {
        best = gain;
        bestBin = b;
        bestPass = pass;
        bestGradient = leftGradient;
        bestHessian = leftHessian;
      }
    }
  }
  if (bestBin < 0) return;
  const missingLeft = missingHessian > 0.0 ? bestPass : bestHessian + bestHessian > hessian ? 1 : 0;
  record(out, best, f, bestBin, missingLeft, bestGradient, bestHessian, 0.0);
  for (let b = 0; b < known; b++) store<u8>(out + TABLE + b, b <= bestBin ? 1 : 0);
  for (let b = known; b < 256; b++) store<u8>(out + TABLE + b, missingLeft);
}

function scanCategories(
  base: usize, f: i32, bins: i32, settings: usize, least: f64, rowsPerHessian: f64, gradient: f64, hessian: f64,
  parent: f64, scratch: usize, out: usize,
): void {
  const gradientUnit = load<f64>(settings, GRADIENT_UNIT);
  const hessianUnit = load<f64>(settings, HESSIAN_UNIT);
  const smooth = load<f64>(settings, CAT_SMOOTH);
  const oneHot = bins <= <i32>load<f64>(settings, CAT_ONE_HOT);
  const extraL2 = oneHot ? 0.0 : load<f64>(settings, CAT_L2);
  const l2 = load<f64>(settings, L2) + extraL2;
  if (oneHot) {
    for (let b = 0; b < bins; b++) {
      const at = base + (<usize>b << 3);
      const leftGradient = <f64>load<i32>(at, 4);
      const leftHessian = <f64>load<u32>(at);
      const rightHessian = hessian - leftHessian;
      if (leftHessian < least || rightHessian < least) continue;
      const gain =
        gainOf(leftGradient * gradientUnit, leftHessian * hessianUnit, l2) +
        gainOf((gradient - leftGradient) * gradientUnit, rightHessian * hessianUnit, l2) -
        parent;
      if (gain <= load<f64>(out, GAIN)) continue;
      record(out, gain, f, b, b == 0 ? 1 : 0, leftGradient, leftHessian, extraL2);
      memory.fill(out + TABLE, 0, 256);
      store<u8>(out + TABLE + b, 1);
    }
    return;
  }
  // No division of the levels gains more than leaving each on its own (Cauchy–Schwarz): often enough to look no further.
  let kept = 0;
  let bound = 0.0;
  for (let b = 0; b < bins; b++) {
    const word = load<i64>(base + (<usize>b << 3));
    if (word == 0) continue;
    const h = <f64>(<u32>word);
    const real = h * hessianUnit;
    const g = <f64>(<i32>(word >> 32)) * gradientUnit;
    bound += (g * g) / real;
    if (h <= 0.0 || h * rowsPerHessian < smooth) continue;
    store<i64>(scratch + (<usize>kept << 3), sortable(g / (real + smooth), b));
    kept++;
  }
  if (kept < 2 || bound * 1.000001 - parent <= load<f64>(out, GAIN)) return;
  sortWords(scratch, kept);
  const group = load<f64>(settings, CAT_MIN_GROUP);
  let most = (kept + 1) >> 1;
  const allowed = <i32>load<f64>(settings, CAT_MAX);
  if (allowed < most) most = allowed;
  let best = load<f64>(out, GAIN);
  let bestCount = 0;
  let bestDirection = 0;
  let bestGradient = 0.0;
  let bestHessian = 0.0;
  for (let direction = 0; direction < 2; direction++) {
    let leftGradient = 0.0;
    let leftHessian = 0.0;
    let groupRows = 0.0;
    for (let k = 0; k < most; k++) {
      const b = load<u8>(scratch + (<usize>(direction ? kept - 1 - k : k) << 3));
      const at = base + (<usize>b << 3);
      const h = <f64>load<u32>(at);
      leftGradient += <f64>load<i32>(at, 4);
      leftHessian += h;
      groupRows += h * rowsPerHessian;
      if (leftHessian < least) continue;
      const rightHessian = hessian - leftHessian;
      if (rightHessian < least || rightHessian * rowsPerHessian < group) break;
      if (groupRows < group) continue;
      groupRows = 0.0;
      const gain =
        gainOf(leftGradient * gradientUnit, leftHessian * hessianUnit, l2) +
        gainOf((gradient - leftGradient) * gradientUnit, rightHessian * hessianUnit, l2) -
        parent;
      if (gain > best) {
        best = gain;
        bestCount = k + 1;
        bestDirection = direction;
        bestGradient = leftGradient;
        bestHessian = leftHessian;
      }
    }
  }
  if (bestCount == 0) return;
  memory.fill(out + TABLE, 0, 256);
  for (let k = 0; k < bestCount; k++) {
    const b = load<u8>(scratch + (<usize>(bestDirection ? kept - 1 - k : k) << 3));
    store<u8>(out + TABLE + b, 1);
  }
  record(out, best, f, -1, load<u8>(out + TABLE), bestGradient, bestHessian, extraL2);
}

/** A word that sorts as the key does, down to 2^-44 of it, then as the bin, which is its last byte. */
// @ts-ignore: decorator
@inline
function sortable(key: f64, bin: i32): i64 {
  const bits = reinterpret<i64>(key);
  return ((bits ^ ((bits >> 63) & 0x7fffffffffffffff)) & ~0xff) | <i64>bin;
}

/** Shell sort: the words differ, so the result does not depend on the method. */
function sortWords(words: usize, count: i32): void {
  for (let gap = count >> 1; gap > 0; gap = gap == 2 ? 1 : (gap * 5) / 11) {
    const back = <usize>gap << 3;
    for (let i = gap; i < count; i++) {
      const word = load<i64>(words + (<usize>i << 3));
      let at = words + (<usize>i << 3);
      while (at >= words + back) {
        const other = load<i64>(at - back);
        if (other < word) break;
        store<i64>(at, other);
        at -= back;
      }
      store<i64>(at, word);
    }
  }
}
