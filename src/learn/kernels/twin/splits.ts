import { type Kernels, splitResult, splitSettings } from "../kernels.ts";
import type { Views } from "./twin-kernels.ts";

interface Leaf {
  readonly base: number;
  readonly feature: number;
  readonly bins: number;
  readonly missingBin: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly parent: number;
  readonly least: number;
  readonly rowsPerHessian: number;
  /** 1, or 2 where values may only rise with the feature, 3 where they may only fall. */
  readonly use: number;
}

interface Candidate {
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: number;
  readonly leftGradient: number;
  readonly leftHessian: number;
  readonly extraL2: number;
  readonly goesLeft: (bin: number) => boolean;
}

/** Twin of wasm/splits.ts. */
export function twinFindSplit({ u8, i32, u32, f64 }: Views): Kernels["findSplit"] {
  const gradientAt = (leaf: Leaf, bin: number) => i32[(leaf.base >> 2) + 2 * bin + 1]!;
  const hessianAt = (leaf: Leaf, bin: number) => u32[(leaf.base >> 2) + 2 * bin]!;

  return (histogram, features, featureCount, settings, gradient, hessian, rows, _scratch, out) => {
    const set = (name: keyof typeof splitSettings) => f64[(settings >> 3) + splitSettings[name]]!;
    f64[(out >> 3) + splitResult.gain] = 0;
    f64[(out >> 3) + splitResult.feature] = -1;
    if (hessian <= 0) return;
    const gradientUnit = set("gradientUnit");
    const hessianUnit = set("hessianUnit");
    const gainOf = (g: number, h: number, l2: number) => {
      const real = g * gradientUnit;
      return (real * real) / (h * hessianUnit + l2);
    };
    const gainOfParts = (leaf: Leaf, g: number, h: number, l2: number) =>
      gainOf(g, h, l2) + gainOf(leaf.gradient - g, leaf.hessian - h, l2) - leaf.parent;

    const gainOfThreshold = (leaf: Leaf, g: number, h: number, l2: number) => {
      const [left, below] = [g * gradientUnit, h * hessianUnit + l2];
      const right = leaf.gradient * gradientUnit - left;
      return (left * left) / below + (right * right) / (leaf.hessian * hessianUnit + l2 + l2 - below) - leaf.parent;
    };

    const valueWithin = (g: number, h: number) => Math.min(Math.max(-g / h, set("low")), set("high"));
    /** The gain with both values held within the bounds; none where they break the feature's direction. */
    const gainWithin = (leaf: Leaf, g: number, h: number) => {
      const sides = [
        [g * gradientUnit, h * hessianUnit + set("l2")],
        [(leaf.gradient - g) * gradientUnit, (leaf.hessian - h) * hessianUnit + set("l2")],
      ] as const;
      const [left, right] = sides.map(([sideG, sideH]) => valueWithin(sideG, sideH)) as [number, number];
      if ((leaf.use === 2 && left > right) || (leaf.use === 3 && left < right)) return Number.NEGATIVE_INFINITY;
      const [leftGain, rightGain] = [
        2 * sides[0][0] * left + sides[0][1] * left * left,
        2 * sides[1][0] * right + sides[1][1] * right * right,
      ];
      return -leftGain - rightGain - leaf.parent;
    };

    const rowsPerHessian = rows / hessian;
    const wholeRows = set("wholeRows") !== 0;
    const least = Math.max(set("minHessian") / hessianUnit, wholeRows ? 0 : set("minRows") / rowsPerHessian);
    const rowsOf = (h: number) => Math.floor(h * rowsPerHessian + 0.5);
    const gainOfValue = (g: number, h: number) => {
      const value = valueWithin(g, h);
      return -(2 * g * value + h * value * value);
    };
    const parent =
      set("constrained") !== 0
        ? gainOfValue(gradient * gradientUnit, hessian * hessianUnit + set("l2"))
        : gainOf(gradient, hessian, set("l2"));
    let best: Candidate | undefined;
    for (let f = 0; f < featureCount; f++) {
      const at = (features >> 2) + 4 * f;
      const bins = i32[at]!;
      if (i32[at + 3] === 0 || bins < 2) continue;
      const leaf: Leaf = {
        base: histogram + 8 * set("words") * f,
        feature: f,
        bins,
        missingBin: i32[at + 1]!,
        gradient,
        hessian,
        parent,
        least,
        rowsPerHessian,
        use: i32[at + 3]!,
      };
      best = (i32[at + 2] === 0 ? thresholds(leaf, best) : categories(leaf, best)) ?? best;
    }
    if (best === undefined) return;
    for (const name of ["gain", "feature", "bin", "missingLeft", "leftGradient", "leftHessian", "extraL2"] as const)
      f64[(out >> 3) + splitResult[name]] = best[name];
    for (let bin = 0; bin < 256; bin++) u8[out + 8 * splitResult.table + bin] = best.goesLeft(bin) ? 1 : 0;

    function thresholds(leaf: Leaf, before: Candidate | undefined): Candidate | undefined {
      const { missingBin } = leaf;
      const known = missingBin >= 0 ? missingBin : leaf.bins;
      const missingGradient = missingBin >= 0 ? gradientAt(leaf, missingBin) : 0;
      const missingHessian = missingBin >= 0 ? hessianAt(leaf, missingBin) : 0;
      let found: Candidate | undefined;
      let knownRows = 0;
      for (let bin = 0; bin < known; bin++) knownRows += rowsOf(hessianAt(leaf, bin));
      for (const side of missingHessian > 0 ? [0, 1] : [0]) {
        let g = side * missingGradient;
        let h = side * missingHessian;
        // Counted on the side of no missing values; the other side has the rest.
        let leftRows = side === 0 && missingHessian > 0 ? 0 : rows - knownRows;
        const last = side === 0 && missingHessian > 0 ? known : known - 1;
        for (let bin = 0; bin < last; bin++) {
          g += gradientAt(leaf, bin);
          h += hessianAt(leaf, bin);
          leftRows += rowsOf(hessianAt(leaf, bin));
          if (wholeRows && set("constrained") === 0 && set("minRows") > 0) {
            if (leftRows < set("minRows")) continue;
            if (rows - leftRows < set("minRows")) break;
          }
          if (h < leaf.least) continue;
          if (leaf.hessian - h < leaf.least) break;
          const gain = set("constrained") !== 0 ? gainWithin(leaf, g, h) : gainOfThreshold(leaf, g, h, set("l2"));
          if (gain <= ((found ?? before)?.gain ?? 0)) continue;
          const missingLeft = missingHessian > 0 ? side : h + h > leaf.hessian ? 1 : 0;
          found = {
            gain,
            feature: leaf.feature,
            bin,
            missingLeft,
            leftGradient: g,
            leftHessian: h,
            extraL2: 0,
            goesLeft: (b) => (b < known ? b <= bin : missingLeft === 1),
          };
        }
      }
      return found;
    }

    function categories(leaf: Leaf, before: Candidate | undefined): Candidate | undefined {
      const oneHot = leaf.bins <= set("catOneHot");
      const extraL2 = oneHot ? 0 : set("catL2");
      const l2 = set("l2") + extraL2;
      let found: Candidate | undefined;
      const consider = (left: readonly number[], g: number, h: number) => {
        const gain = gainOfParts(leaf, g, h, l2);
        if (gain <= ((found ?? before)?.gain ?? 0)) return;
        const chosen = new Set(left);
        found = {
          gain,
          feature: leaf.feature,
          bin: oneHot ? left[0]! : -1,
          missingLeft: chosen.has(0) ? 1 : 0,
          leftGradient: g,
          leftHessian: h,
          extraL2,
          goesLeft: (b) => chosen.has(b),
        };
      };
      if (oneHot) {
        for (let bin = 0; bin < leaf.bins; bin++) {
          const h = hessianAt(leaf, bin);
          if (h < leaf.least || leaf.hessian - h < leaf.least) continue;
          consider([bin], gradientAt(leaf, bin), h);
        }
        return found;
      }
      const keys = new BigInt64Array(leaf.bins);
      const order: number[] = [];
      for (let bin = 0; bin < leaf.bins; bin++) {
        const h = hessianAt(leaf, bin);
        if (h <= 0 || h * leaf.rowsPerHessian < set("catSmooth")) continue;
        keys[bin] = sortable((gradientAt(leaf, bin) * gradientUnit) / (h * hessianUnit + set("catSmooth")), bin);
        order.push(bin);
      }
      if (order.length < 2) return undefined;
      order.sort((a, b) => (keys[a]! < keys[b]! ? -1 : 1));
      const most = Math.min((order.length + 1) >> 1, set("catMax"));
      for (const sorted of [order, order.toReversed()]) {
        let g = 0;
        let h = 0;
        let groupRows = 0;
        for (let k = 0; k < most; k++) {
          const bin = sorted[k]!;
          g += gradientAt(leaf, bin);
          h += hessianAt(leaf, bin);
          groupRows += hessianAt(leaf, bin) * leaf.rowsPerHessian;
          if (h < leaf.least) continue;
          const right = leaf.hessian - h;
          if (right < leaf.least || right * leaf.rowsPerHessian < set("catMinGroup")) break;
          if (groupRows < set("catMinGroup")) continue;
          groupRows = 0;
          consider(sorted.slice(0, k + 1), g, h);
        }
      }
      return found;
    }
  };
}

const double = new Float64Array(1);
const bitsOf = new BigInt64Array(double.buffer);

/** A word that sorts as the key does, down to 2^-44 of it, then as the bin, which is its last byte. */
function sortable(key: number, bin: number): bigint {
  double[0] = key;
  const bits = bitsOf[0]!;
  return ((bits ^ ((bits >> 63n) & 0x7fffffffffffffffn)) & ~0xffn) | BigInt(bin);
}
