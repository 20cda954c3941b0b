// Integer histograms of gradients. A packed word holds the quantised gradient (signed, high 32 bits) and the quantised
// hessian (unsigned, low 32 bits) of one row; the sums of both stay inside their halves, so one 64-bit addition adds both
// exactly and the order of rows and the number of threads do not matter.
//
// The histogram of feature f starts at `histogram + f * 8 * words`: a word a bin, 256 or fewer where no feature has so many.

/** Sets `words` 64-bit words to zero. */
export function clearWords(target: usize, words: i32): void {
  memory.fill(target, 0, <usize>words << 3);
}

/** target += source, word by word. */
export function addWords(target: usize, source: usize, words: i32): void {
  const end = target + (<usize>words << 3);
  while (target < end) {
    v128.store(target, v128.add<i64>(v128.load(target), v128.load(source)));
    target += 16;
    source += 16;
  }
}

/** target = left − right, word by word. */
export function subtractWords(target: usize, left: usize, right: usize, words: i32): void {
  const end = target + (<usize>words << 3);
  while (target < end) {
    v128.store(target, v128.sub<i64>(v128.load(left), v128.load(right)));
    target += 16;
    left += 16;
    right += 16;
  }
}

/**
 * Adds rows[start … end) to the histograms of `features` features. `bins` is row-major with `stride` bytes a row (a multiple
 * of 4, 32 bytes to spare after the last); it may point at a later feature than a row's first. Blocks of 256 rows that do not
 * follow each other are gathered into `block` (256 × (stride + 8) + 16 bytes, stays in the first-level cache); then eight
 * features are added at a time, and those left over.
 */
export function addHistograms(
  bins: usize,
  stride: i32,
  features: i32,
  rows: usize,
  start: i32,
  end: i32,
  packed: usize,
  histogram: usize,
  block: usize,
  words: i32,
): void {
  const width = (features + 3) & ~3;
  const blockWords = block + 256 * <usize>width + 16;
  for (let at = start; at < end; at += 256) {
    const count = end - at < 256 ? end - at : 256;
    const own = rows + (<usize>at << 2);
    let from = block;
    let word = blockWords;
    let step = width;
    if (follow(own, count)) {
      const row: usize = <usize>load<u32>(own);
      from = bins + row * <usize>stride;
      word = packed + (row << 3);
      step = stride;
    } else gather(bins, stride, width, own, count, packed, block, blockWords);
    if (words == 256) addBlock(from, step, features, word, count, histogram);
    else addNarrowBlock(from, step, features, word, count, histogram, <usize>words << 3);
  }
}

/** Whether each row number is the one before plus 1. */
function follow(rows: usize, count: i32): bool {
  const first = load<u32>(rows);
  let four = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    if (v128.any_true(v128.xor(v128.load(rows + (<usize>k << 2)), four))) return false;
    four = i32x4.add(four, i32x4.splat(4));
  }
  for (; k < count; k++) if (load<u32>(rows + (<usize>k << 2)) != first + k) return false;
  return true;
}

/** Copies `width` bins a row by 16 bytes: what is written beyond a row, the next one overwrites. */
function gather(
  bins: usize, stride: i32, width: i32, rows: usize, count: i32, packed: usize, to: usize, words: usize,
): void {
  for (let k: usize = 0; k < <usize>count; k++) {
    const row: usize = <usize>load<u32>(rows + (k << 2));
    store<i64>(words + (k << 3), load<i64>(packed + (row << 3)));
    const from: usize = bins + row * <usize>stride;
    v128.store(to, v128.load(from));
    for (let j: usize = 16; j < <usize>width; j += 16) v128.store(to + j, v128.load(from + j));
    to += width;
  }
}

function addBlock(bins: usize, stride: i32, features: i32, words: usize, count: i32, histogram: usize): void {
  const end = words + (<usize>count << 3);
  let f = 0;
  for (; f + 8 <= features; f += 8) {
    const base = histogram + (<usize>f << 11);
    let from = bins + f;
    for (let at = words; at < end; at += 8, from += stride) {
      const word = load<i64>(at);
      addFour(base, from, word);
      addFour(base + 8192, from + 4, word);
    }
  }
  if (f + 4 <= features) {
    const base = histogram + (<usize>f << 11);
    let from = bins + f;
    for (let at = words; at < end; at += 8, from += stride) addFour(base, from, load<i64>(at));
    f += 4;
  }
  if (f + 2 <= features) {
    const base = histogram + (<usize>f << 11);
    let from = bins + f;
    for (let at = words; at < end; at += 8, from += stride) {
      const word = load<i64>(at);
      addOne(base, from, word);
      addOne(base + 2048, from + 1, word);
    }
    f += 2;
  }
  if (f < features) {
    const base = histogram + (<usize>f << 11);
    let from = bins + f;
    for (let at = words; at < end; at += 8, from += stride) addOne(base, from, load<i64>(at));
  }
}

/** As `addBlock`, where a histogram takes `bytes`. */
function addNarrowBlock(
  bins: usize, stride: i32, features: i32, words: usize, count: i32, histogram: usize, bytes: usize,
): void {
  const end = words + (<usize>count << 3);
  let f = 0;
  for (; f + 4 <= features; f += 4) {
    const base = histogram + <usize>f * bytes;
    let from = bins + f;
    for (let at = words; at < end; at += 8, from += stride) {
      const word = load<i64>(at);
      addOne(base, from, word);
      addOne(base + bytes, from + 1, word);
      addOne(base + 2 * bytes, from + 2, word);
      addOne(base + 3 * bytes, from + 3, word);
    }
  }
  for (; f < features; f++) {
    const base = histogram + <usize>f * bytes;
    let from = bins + f;
    for (let at = words; at < end; at += 8, from += stride) addOne(base, from, load<i64>(at));
  }
}

/** Adds a word to the bins that the next four bytes name, each in a histogram of its own. */
// @ts-ignore: decorator
@inline
function addFour(base: usize, bins: usize, word: i64): void {
  const a0 = base + (<usize>load<u8>(bins) << 3);
  const a1 = base + (<usize>load<u8>(bins, 1) << 3);
  const a2 = base + (<usize>load<u8>(bins, 2) << 3);
  const a3 = base + (<usize>load<u8>(bins, 3) << 3);
  store<i64>(a0, load<i64>(a0) + word);
  store<i64>(a1, load<i64>(a1, 2048) + word, 2048);
  store<i64>(a2, load<i64>(a2, 4096) + word, 4096);
  store<i64>(a3, load<i64>(a3, 6144) + word, 6144);
}

// @ts-ignore: decorator
@inline
function addOne(base: usize, bin: usize, word: i64): void {
  const at = base + (<usize>load<u8>(bin) << 3);
  store<i64>(at, load<i64>(at) + word);
}
