// A forest as forest-layout.ts lays it out, walked over memory that forest-walker.ts fills. Addresses are bytes. A node is 16 bytes:
// its value, the place of its feature within a row, and the node it goes to where the feature is at most the value; else it goes to
// the one behind that. A leaf goes to itself: its feature is −∞. So a walk has no branch that depends on data. With sets, a node
// has 8 bytes more from `sets` on: the words of its set, and the place of its category within a row's codes.

// @ts-ignore: a decorator of AssemblyScript
@inline
function step(at: u32, x: u32, withSets: bool, sets: u32, codes: u32): u32 {
  let right = u32(!(load<f64>(x + load<u32>(at, 8)) <= load<f64>(at)));
  if (withSets) {
    const set = sets + (at >>> 1);
    const category = load<u32>(codes + load<u32>(set, 4));
    right &= ~(load<u32>(load<u32>(set) + ((category >>> 5) << 2)) >>> (category & 31));
  }
  return load<u32>(at, 12) + (right << 4);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function add(sum: u32, leaf: u32): void {
  store<f64>(sum, load<f64>(sum) + load<f64>(leaf));
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function oneRow(
  roots: u32, trees: u32, x: u32, sums: u32, classes: u32, withSets: bool, sets: u32, codes: u32,
): void {
  const lastSum = sums + (classes << 3);
  let sum = sums;
  for (const end = roots + (trees << 2); roots < end; roots += 32) {
    let a = load<u32>(roots);
    let b = load<u32>(roots, 4);
    let c = load<u32>(roots, 8);
    let d = load<u32>(roots, 12);
    let e = load<u32>(roots, 16);
    let f = load<u32>(roots, 20);
    let g = load<u32>(roots, 24);
    let h = load<u32>(roots, 28);
    let moved: u32;
    do {
      const a1 = step(a, x, withSets, sets, codes);
      const b1 = step(b, x, withSets, sets, codes);
      const c1 = step(c, x, withSets, sets, codes);
      const d1 = step(d, x, withSets, sets, codes);
      const e1 = step(e, x, withSets, sets, codes);
      const f1 = step(f, x, withSets, sets, codes);
      const g1 = step(g, x, withSets, sets, codes);
      const h1 = step(h, x, withSets, sets, codes);
      a = step(a1, x, withSets, sets, codes);
      b = step(b1, x, withSets, sets, codes);
      c = step(c1, x, withSets, sets, codes);
      d = step(d1, x, withSets, sets, codes);
      e = step(e1, x, withSets, sets, codes);
      f = step(f1, x, withSets, sets, codes);
      g = step(g1, x, withSets, sets, codes);
      h = step(h1, x, withSets, sets, codes);
      moved = (a ^ a1) | (b ^ b1) | (c ^ c1) | (d ^ d1) | (e ^ e1) | (f ^ f1) | (g ^ g1) | (h ^ h1);
    } while (moved != 0);
    add(sum, a);
    sum += 8;
    if (sum == lastSum) sum = sums;
    add(sum, b);
    sum += 8;
    if (sum == lastSum) sum = sums;
    add(sum, c);
    sum += 8;
    if (sum == lastSum) sum = sums;
    add(sum, d);
    sum += 8;
    if (sum == lastSum) sum = sums;
    add(sum, e);
    sum += 8;
    if (sum == lastSum) sum = sums;
    add(sum, f);
    sum += 8;
    if (sum == lastSum) sum = sums;
    add(sum, g);
    sum += 8;
    if (sum == lastSum) sum = sums;
    add(sum, h);
    sum += 8;
    if (sum == lastSum) sum = sums;
  }
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function manyRows(
  roots: u32, trees: u32, x: u32, width: u32, rows: u32, sums: u32, classes: u32,
  withSets: bool, sets: u32, codes: u32, codeWidth: u32,
): void {
  const end = roots + (trees << 2);
  const rowSums = classes << 3;
  const lastSum = sums + rowSums;
  let sum = sums;
  for (; roots < end; roots += 4) {
    const root = load<u32>(roots);
    let x0 = x;
    let k0 = codes;
    let to = sum;
    for (let i: u32 = 0; i < rows; i += 8) {
      const x1 = x0 + width, x2 = x1 + width, x3 = x2 + width, x4 = x3 + width;
      const x5 = x4 + width, x6 = x5 + width, x7 = x6 + width;
      const k1 = k0 + codeWidth, k2 = k1 + codeWidth, k3 = k2 + codeWidth, k4 = k3 + codeWidth;
      const k5 = k4 + codeWidth, k6 = k5 + codeWidth, k7 = k6 + codeWidth;
      let a = root, b = root, c = root, d = root, e = root, f = root, g = root, h = root;
      let moved: u32;
      do {
        const a1 = step(a, x0, withSets, sets, k0);
        const b1 = step(b, x1, withSets, sets, k1);
        const c1 = step(c, x2, withSets, sets, k2);
        const d1 = step(d, x3, withSets, sets, k3);
        const e1 = step(e, x4, withSets, sets, k4);
        const f1 = step(f, x5, withSets, sets, k5);
        const g1 = step(g, x6, withSets, sets, k6);
        const h1 = step(h, x7, withSets, sets, k7);
        a = step(a1, x0, withSets, sets, k0);
        b = step(b1, x1, withSets, sets, k1);
        c = step(c1, x2, withSets, sets, k2);
        d = step(d1, x3, withSets, sets, k3);
        e = step(e1, x4, withSets, sets, k4);
        f = step(f1, x5, withSets, sets, k5);
        g = step(g1, x6, withSets, sets, k6);
        h = step(h1, x7, withSets, sets, k7);
        moved = (a ^ a1) | (b ^ b1) | (c ^ c1) | (d ^ d1) | (e ^ e1) | (f ^ f1) | (g ^ g1) | (h ^ h1);
      } while (moved != 0);
      add(to, a);
      to += rowSums;
      add(to, b);
      to += rowSums;
      add(to, c);
      to += rowSums;
      add(to, d);
      to += rowSums;
      add(to, e);
      to += rowSums;
      add(to, f);
      to += rowSums;
      add(to, g);
      to += rowSums;
      add(to, h);
      to += rowSums;
      x0 = x7 + width;
      k0 = k7 + codeWidth;
    }
    sum += 8;
    if (sum == lastSum) sum = sums;
  }
}

/** Adds to the sums of one row the leaves that it reaches, in the order of the trees; eight are walked at a time, a multiple of eight. */
export function row(roots: u32, trees: u32, x: u32, sums: u32, classes: u32): void {
  oneRow(roots, trees, x, sums, classes, false, 0, 0);
}

export function setRow(roots: u32, trees: u32, x: u32, sums: u32, classes: u32, sets: u32, codes: u32): void {
  oneRow(roots, trees, x, sums, classes, true, sets, codes);
}

/** The same for rows side by side, a multiple of eight of them: a tree is walked by eight rows at a time. */
export function rows(roots: u32, trees: u32, x: u32, width: u32, count: u32, sums: u32, classes: u32): void {
  manyRows(roots, trees, x, width, count, sums, classes, false, 0, 0, 0);
}

export function setRows(
  roots: u32, trees: u32, x: u32, width: u32, count: u32, sums: u32, classes: u32,
  sets: u32, codes: u32, codeWidth: u32,
): void {
  manyRows(roots, trees, x, width, count, sums, classes, true, sets, codes, codeWidth);
}
