// Slots of the plan (u32 each): byte offsets of the data, of this member's scratch and of what it writes, and settings.
export const BINS: usize = 0;
export const ROW_STEP: usize = 4;
export const FEATURE_STEP: usize = 8;
export const FEATURES: usize = 12;
export const FEATURE_TABLE: usize = 16;
export const ORDER: usize = 20;
export const REST: usize = 24;
export const ROW_WEIGHTS: usize = 28;
/** u32 class of each row, or f64 target. */
export const ANSWERS: usize = 32;
/** How many classes; 0: a regression. */
export const CLASSES: usize = 36;
export const MAX_DEPTH: usize = 40;
export const MIN_ROWS: usize = 44;
export const FEATURES_PER_SPLIT: usize = 48;
export const DRAWN_THRESHOLDS: usize = 52;
export const SEED: usize = 56;
/** Where a cell is two f64: a pair of them a row, as it is added to its cell. Else each row's weight. */
export const NODE_WEIGHTS: usize = 60;
/** Each row's place in its cell (u32), where a cell is more than two. */
export const NODE_ANSWERS: usize = 64;
export const HISTOGRAM: usize = 68;
export const COUNTS: usize = 72;
export const CANDIDATES: usize = 76;
/** Node sums, left sums: as many f64 as a cell has, each. */
export const SUMS: usize = 80;
export const LEFT_SUMS: usize = 84;
/** 256 i32 bins, 256 f64 keys, 32 bytes of bits, 256 bytes of sides, then what a search found. */
export const LISTS: usize = 88;
export const STACK: usize = 92;
export const NODE_FEATURE: usize = 96;
export const NODE_BIN: usize = 100;
export const NODE_LEFT: usize = 104;
export const NODE_RIGHT: usize = 108;
export const NODE_MISSING: usize = 112;
export const NODE_GAIN: usize = 116;
export const NODE_BITS: usize = 120;
export const LEAF_END: usize = 124;
export const RANDOM_COUNT: usize = 128;
/** One byte a row of the node: its bin of the feature in hand. */
export const NODE_BINS: usize = 132;

export const KEYS: usize = 1024;
export const BITS: usize = 3072;
export const SIDES: usize = 3104;
// What a search found: gain (f64), feature, bin, missing left (i32 each).
export const FOUND_GAIN: usize = 3360;
export const FOUND_FEATURE: usize = 3368;
export const FOUND_BIN: usize = 3372;
export const FOUND_MISSING: usize = 3376;

// @ts-ignore: decorator
@inline
export function slot(plan: usize, at: usize): usize {
  return <usize>load<u32>(plan + at);
}
