import { forestKernel } from "./forest-kernel.ts";

/** `ForestLayout` as generated code holds it: the columns are a feature and whether missing is −∞, by turns. */
export interface WalkTables {
  readonly columns: ArrayLike<number>;
  readonly roots: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  readonly feature: ArrayLike<number>;
  readonly next: ArrayLike<number>;
  readonly bases: ArrayLike<number>;
  /** A feature and its limit, by turns; without sets there are none. */
  readonly codes: ArrayLike<number>;
  readonly start: ArrayLike<number>;
  readonly code: ArrayLike<number>;
  readonly words: ArrayLike<number>;
}

export interface ForestWalker {
  /** The sums of the row of features from x[a] on, a number a class, into `out`; the first of them comes back. */
  row(x: Float64Array, a: number, out: Float64Array | undefined): number;
  /** The same of `rows` rows of `width` features. */
  rows(x: Float64Array, width: number, rows: number, out: Float64Array): void;
}

interface Kernel {
  row(roots: number, trees: number, x: number, sums: number, classes: number): void;
  setRow(roots: number, trees: number, x: number, sums: number, classes: number, sets: number, codes: number): void;
  rows(roots: number, trees: number, x: number, width: number, count: number, sums: number, classes: number): void;
  setRows(
    ...numbers: [
      ...[roots: number, trees: number, x: number, width: number, count: number, sums: number, classes: number],
      ...[sets: number, codes: number, codeWidth: number],
    ]
  ): void;
}

// What the standard library of TypeScript calls WebAssembly belongs to browsers.
interface WebAssemblyHost {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** Rows of a block: with their features they stay in the first cache of a processor, and so does a tree. */
const block = 32;
let kernel: object | null | undefined;

/**
 * Walks a forest over tables in WebAssembly's memory; in JavaScript, to the same bits, where the host forbids such code.
 *
 * The kernel is the same few functions for every forest (`wasm/forest.ts`), so it is fast from the first rows on.
 */
export function forestWalker(tables: WalkTables): ForestWalker {
  const { columns, roots, value, feature, next, bases, codes, start, code, words } = tables;
  const size = value.length;
  const [plain, classes, setCount] = [columns.length / 2, bases.length, codes.length / 2];
  const width = plain + 2;
  const codeWidth = setCount === 0 ? 0 : setCount + 1;
  const trees = 8 * Math.ceil(roots.length / 8);
  // behind the nodes a leaf that adds −0, which changes no sum: the tree that fills up eight
  const rootsAt = 16 * (size + 1);
  const wordsAt = rootsAt + 4 * trees;
  const setsAt = wordsAt + 8 * Math.ceil(words.length / 2);
  const xAt = setsAt + (setCount === 0 ? 0 : 8 * (size + 1));
  const codesAt = xAt + 8 * width * block;
  const sumsAt = codesAt + 8 * Math.ceil((codeWidth * block) / 2);
  const { buffer, run } = host(sumsAt + 8 * classes * block);
  const view = new DataView(buffer);
  for (let n = 0; n <= size; n++) {
    view.setFloat64(16 * n, value[n] ?? -0, true);
    view.setUint32(16 * n + 8, 8 * (feature[n] ?? plain), true);
    view.setUint32(16 * n + 12, 16 * (next[n] ?? size), true);
    if (setCount === 0) continue;
    view.setUint32(setsAt + 8 * n, wordsAt + 4 * (start[n] ?? 0), true);
    view.setUint32(setsAt + 8 * n + 4, 4 * (code[n] ?? 0), true);
  }
  for (let t = 0; t < trees; t++) view.setUint32(rootsAt + 4 * t, 16 * (roots[t] ?? size), true);
  for (let k = 0; k < words.length; k++) view.setUint32(wordsAt + 4 * k, words[k]!, true);
  const own = new Float64Array(buffer, xAt, width * block);
  const categories = new Uint32Array(buffer, codesAt, codeWidth * block);
  const sums = new Float64Array(buffer, sumsAt, classes * block);
  // The features of a leaf and of a node with a set, also of rows that fill up a block.
  for (let i = 0; i < block; i++) {
    own[i * width + plain] = Number.NEGATIVE_INFINITY;
    own[i * width + plain + 1] = Number.NaN;
  }
  const pairs = Int32Array.from(columns);
  const limits = Int32Array.from(codes);
  const take = (i: number, x: Float64Array, a: number) => {
    let to = i * width;
    for (let k = 0; k < pairs.length; k += 2) {
      const feature = x[a + pairs[k]!]!;
      own[to++] = pairs[k + 1] === 1 && Number.isNaN(feature) ? Number.NEGATIVE_INFINITY : feature;
    }
    to = i * codeWidth + 1;
    for (let k = 0; k < limits.length; k += 2) {
      const feature = x[a + limits[k]!]!;
      const limit = limits[k + 1]!;
      categories[to++] = feature >= 0 && feature < limit && Math.floor(feature) === feature ? feature : limit;
    }
    for (let k = 0; k < classes; k++) sums[i * classes + k] = bases[k]!;
  };
  const walkRow = (i: number) => {
    for (let t = 0; t < roots.length; t++) {
      let at = roots[t]!;
      for (let before = -1; before !== at; ) {
        before = at;
        let right = !(own[i * width + feature[at]!]! <= value[at]!);
        if (right && setCount > 0) {
          const category = categories[i * codeWidth + code[at]!]!;
          right = ((words[start[at]! + (category >>> 5)]! >>> (category & 31)) & 1) === 0;
        }
        at = next[at]! + (right ? 1 : 0);
      }
      sums[i * classes + (t % classes)]! += value[at]!;
    }
  };
  return {
    row: (x, a, out) => {
      take(0, x, a);
      if (run === null) walkRow(0);
      else if (setCount === 0) run.row(rootsAt, trees, xAt, sumsAt, classes);
      else run.setRow(rootsAt, trees, xAt, sumsAt, classes, setsAt, codesAt);
      if (out !== undefined) for (let k = 0; k < classes; k++) out[k] = sums[k]! + 0;
      return sums[0]!;
    },
    rows: (x, features, rows, out) => {
      for (let from = 0; from < rows; from += block) {
        const count = Math.min(block, rows - from);
        for (let i = 0; i < count; i++) take(i, x, (from + i) * features);
        const full = 8 * Math.ceil(count / 8);
        if (run === null) for (let i = 0; i < count; i++) walkRow(i);
        else if (setCount === 0) run.rows(rootsAt, roots.length, xAt, 8 * width, full, sumsAt, classes);
        else
          run.setRows(
            ...([rootsAt, roots.length, xAt, 8 * width, full, sumsAt, classes] as const),
            ...([setsAt, codesAt, 4 * codeWidth] as const),
          );
        for (let k = 0; k < count * classes; k++) out[from * classes + k] = sums[k]! + 0;
      }
    },
  };
}

/** Memory of so many bytes with the kernel over it; `run` is null where the host has no WebAssembly, or forbids it. */
function host(bytes: number): { readonly buffer: ArrayBuffer; readonly run: Kernel | null } {
  const { WebAssembly } = globalThis as { readonly WebAssembly?: WebAssemblyHost };
  if (WebAssembly !== undefined && kernel === undefined)
    try {
      kernel = new WebAssembly.Module(Uint8Array.from(atob(forestKernel), (char) => char.charCodeAt(0)));
    } catch {
      // A page's content policy, or an edge worker, lets no code in at run time.
      kernel = null;
    }
  if (WebAssembly !== undefined && kernel)
    try {
      const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) });
      const { exports } = new WebAssembly.Instance(kernel, { env: { memory } });
      return { buffer: memory.buffer, run: exports as Kernel };
    } catch (error) {
      // The host reserves far more addresses for a memory than it holds, and may have no more of them.
      if (!(error instanceof RangeError)) throw error;
    }
  return { buffer: new ArrayBuffer(8 * Math.ceil(bytes / 8)), run: null };
}
