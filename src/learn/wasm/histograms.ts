// Integer histograms of gradients. A packed word holds the quantised gradient (signed, high 32 bits) and the quantised
// hessian (unsigned, low 32 bits) of one row; the sums of both stay inside their halves, so one 64-bit addition adds both
// exactly and the order of rows and the number of threads do not matter.
//
// The histogram of feature f starts at `histogram + f * 2048`: 256 words, one a bin.

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
 * Adds rows[start … end) to the histograms of all features. `bins` is row-major with `stride` bytes a row (a multiple of
 * 4). Blocks of 256 rows are gathered into `block` (256 × (stride + 8) bytes, stays in the first-level cache) and then
 * added four features at a time.
 */
export function addHistograms(
  bins: usize,
  stride: i32,
  rows: usize,
  start: i32,
  end: i32,
  packed: usize,
  histogram: usize,
  block: usize,
): void {
  const blockPacked = block + 256 * <usize>stride;
  const words = stride >> 2;
  let at = start;
  while (at < end) {
    let count = end - at;
    if (count > 256) count = 256;
    let to = block;
    for (let k = 0; k < count; k++) {
      const row: usize = <usize>load<u32>(rows + (<usize>(at + k) << 2));
      store<i64>(blockPacked + (<usize>k << 3), load<i64>(packed + (row << 3)));
      const from: usize = bins + row * <usize>stride;
      let j: usize = 0;
      for (; j + 16 <= <usize>stride; j += 16) v128.store(to + j, v128.load(from + j));
      for (; j < <usize>stride; j += 4) store<u32>(to + j, load<u32>(from + j));
      to += stride;
    }
    for (let j = 0; j < words; j++) {
      const base: usize = histogram + (<usize>j << 13);
      let from: usize = block + (<usize>j << 2);
      for (let k = 0; k < count; k++) {
        const four = load<u32>(from);
        const word = load<i64>(blockPacked + (<usize>k << 3));
        const a0 = base + ((four & 255) << 3);
        const a1 = base + (((four >> 8) & 255) << 3);
        const a2 = base + (((four >> 16) & 255) << 3);
        const a3 = base + ((four >> 24) << 3);
        store<i64>(a0, load<i64>(a0) + word);
        store<i64>(a1, load<i64>(a1, 2048) + word, 2048);
        store<i64>(a2, load<i64>(a2, 4096) + word, 4096);
        store<i64>(a3, load<i64>(a3, 6144) + word, 6144);
        from += stride;
      }
    }
    at += count;
  }
}
