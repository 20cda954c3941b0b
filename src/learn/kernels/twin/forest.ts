import { forestPlan } from "../forest-plan.ts";
import { newDraw } from "./forest-draws.ts";
import { type Found, type NodeRows, newSearch, type Search, type Slots } from "./forest-splits.ts";
import { mix } from "./numbers.ts";
import type { Views } from "./twin-kernels.ts";

/** The twins of wasm/forest.ts. */
export function forestTwins(views: Views) {
  const { i32, u32, f64 } = views;
  return {
    drawRows(n: number, seed: number, weights: number, out: number) {
      f64.fill(0, out >> 3, (out >> 3) + n);
      for (let i = 0; i < n; i++) f64[(out >> 3) + drawn(mix(i, seed), n)]!++;
      if (weights !== 0) for (let i = 0; i < n; i++) f64[(out >> 3) + i]! *= f64[(weights >> 3) + i]!;
    },
    listRows(n: number, weights: number, out: number) {
      let used = 0;
      for (let i = 0; i < n; i++) {
        u32[(out >> 2) + used] = i;
        if (f64[(weights >> 3) + i]! > 0) used++;
      }
      return used;
    },
    growForestTree(plan: number, used: number) {
      return new Growth(views, plan).grow(used, i32);
    },
  };
}

/** One of `count` by 32 random bits. */
function drawn(random: number, count: number): number {
  return Math.floor((random * count) / 4294967296);
}

interface Entry {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly parent: number;
}

class Growth {
  readonly #views: Views;
  readonly #slot: Slots;
  readonly #candidates: number[];
  readonly #search: Search;
  readonly #draws: boolean;
  #random = 0;

  constructor(views: Views, plan: number) {
    this.#views = views;
    this.#slot = (name) => views.u32[(plan >> 2) + forestPlan[name]]!;
    this.#candidates = Array.from({ length: this.#slot("features") }, (_, f) => f);
    this.#draws = this.#slot("drawnThresholds") !== 0;
    this.#search = (this.#draws ? newDraw : newSearch)(views, this.#slot);
    this.#random = this.#slot("randomCount");
  }

  grow(used: number, out: Int32Array): number {
    const [left, right] = [this.#slot("nodeLeft") >> 2, this.#slot("nodeRight") >> 2];
    const [maxDepth, minRows] = [this.#slot("maxDepth"), this.#slot("minRows")];
    const stack: Entry[] = [{ start: 0, end: used, depth: 0, parent: -1 }];
    let [nodes, leaves] = [0, 0];
    while (stack.length > 0) {
      const { start, end, depth, parent } = stack.pop()!;
      const mayDivide = end - start >= 2 * minRows && end - start > 1 && (maxDepth === 0 || depth < maxDepth);
      const node = mayDivide ? this.#gather(start, end) : undefined;
      const found = node === undefined ? undefined : this.#find(node);
      if (parent >= 0) out[(parent & 1 ? right : left) + (parent >> 1)] = found === undefined ? ~leaves : nodes;
      if (found === undefined) {
        this.#views.u32[(this.#slot("leafEnd") >> 2) + leaves++] = end;
        continue;
      }
      this.#write(found, nodes);
      const middle = this.#divide(found, start, end);
      stack.push({ start: middle, end, depth: depth + 1, parent: 2 * nodes + 1 });
      stack.push({ start, end: middle, depth: depth + 1, parent: 2 * nodes });
      nodes++;
    }
    return nodes;
  }

  /** The node's rows and sums; undefined where all answers are one. */
  #gather(start: number, end: number): NodeRows | undefined {
    const { u32, f64 } = this.#views;
    const classes = this.#slot("classes");
    const rows = u32.subarray((this.#slot("order") >> 2) + start, (this.#slot("order") >> 2) + end);
    const weights = Float64Array.from(rows, (row) => f64[(this.#slot("rowWeights") >> 3) + row]!);
    const answers = Float64Array.from(rows, (row) =>
      classes > 0 ? u32[(this.#slot("answers") >> 2) + row]! : f64[(this.#slot("answers") >> 3) + row]!,
    );
    if (answers.every((answer) => answer === answers[0])) return undefined;
    const sums = new Float64Array(Math.max(classes, 2));
    answers.forEach((answer, k) => {
      if (classes > 0) sums[answer]! += weights[k]!;
      else {
        answers[k] = weights[k]! * answer;
        sums[0]! += weights[k]!;
        sums[1]! += answers[k]!;
      }
    });
    const weight = classes > 0 ? sums.reduce((sum, one) => sum + one, 0) : sums[0]!;
    const squares = classes > 0 ? sums.reduce((sum, one) => sum + one * one, 0) : sums[1]! * sums[1]!;
    return { rows, weights, answers, sums, weight, parent: squares / weight };
  }

  #find(node: NodeRows): Found | undefined {
    const features = this.#candidates.length;
    const wanted = this.#slot("featuresPerSplit");
    let best: Found | undefined;
    for (let k = 0; k < features && (k < wanted || best === undefined); k++) {
      const at = wanted < features ? k + drawn(this.#next(), features - k) : k;
      const feature = this.#candidates[at]!;
      this.#candidates[at] = this.#candidates[k]!;
      this.#candidates[k] = feature;
      const random = this.#draws ? this.#next() : 0;
      best = this.#search(node, feature, random, best?.gain ?? 1e-12) ?? best;
    }
    return best;
  }

  #next(): number {
    return mix(this.#random++, this.#slot("seed"));
  }

  #write({ feature, bin, missingLeft, gain, sides }: Found, node: number): void {
    const { i32, u32, f64 } = this.#views;
    i32[(this.#slot("nodeFeature") >> 2) + node] = feature;
    i32[(this.#slot("nodeBin") >> 2) + node] = bin;
    i32[(this.#slot("nodeMissing") >> 2) + node] = missingLeft;
    f64[(this.#slot("nodeGain") >> 3) + node] = gain;
    const bits = this.#slot("nodeBits");
    if (bits === 0) return;
    const words = u32.subarray((bits >> 2) + 8 * node, (bits >> 2) + 8 * node + 8).fill(0);
    sides.forEach((side, k) => {
      words[k >> 5]! |= side << (k & 31);
    });
  }

  #divide({ feature, sides }: Found, start: number, end: number): number {
    const { u8, u32 } = this.#views;
    const column = this.#slot("bins") + feature * this.#slot("featureStep");
    const order = u32.subarray((this.#slot("order") >> 2) + start, (this.#slot("order") >> 2) + end);
    const goesLeft = (row: number) => sides[u8[column + row * this.#slot("rowStep")]!] === 1;
    const [left, right] = [order.filter(goesLeft), order.filter((row) => !goesLeft(row))];
    order.set(left);
    order.set(right, left.length);
    return start + left.length;
  }
}
