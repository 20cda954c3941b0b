const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
const inverseLn2 = Math.LOG2E;

/** e^x as the kernels compute it (see wasm/objectives.ts). */
export function exponential(value: number): number {
  const x = Math.max(-700, Math.min(700, value));
  const k = Math.floor(x * inverseLn2 + 0.5);
  const r = x - k * ln2High - k * ln2Low;
  let p = 1.6059043836821613e-10;
  p = p * r + 2.08767569878681e-9;
  p = p * r + 2.505210838544172e-8;
  p = p * r + 2.755731922398589e-7;
  p = p * r + 2.7557319223985893e-6;
  p = p * r + 2.48015873015873e-5;
  p = p * r + 1.984126984126984e-4;
  p = p * r + 1.3888888888888889e-3;
  p = p * r + 8.333333333333333e-3;
  p = p * r + 4.1666666666666664e-2;
  p = p * r + 0.16666666666666666;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  words[0] = 0;
  words[1] = (k + 1023) << 20;
  return p * double[0]!;
}

const { fround } = Math;
const taylor = [1.984127e-4, 1.3888889e-3, 8.333334e-3, 4.1666668e-2, 0.16666667, 0.5, 1, 1].map(fround);

/** e^x in floats, as the kernels compute it for four at once (see wasm/objectives.ts). */
export function exponentialFloat(value: number): number {
  const x = Math.max(-87, Math.min(87, value));
  const k = Math.floor(fround(fround(x * fround(1.4426950216293335)) + 0.5));
  const rest = fround(x - fround(k * fround(0.693359375)));
  const r = fround(rest - fround(k * fround(-2.1219444e-4)));
  const p = taylor.reduce((sum, term) => fround(fround(sum * r) + term), 0);
  return fround(p * 2 ** k);
}

/** log x for x ≥ 1 as the kernels compute it. */
export function logarithm(x: number): number {
  double[0] = x;
  let k = (words[1]! >>> 20) - 1023;
  words[1] = (words[1]! & 0x000fffff) | 0x3ff00000;
  let m = double[0]!;
  if (m >= Math.SQRT2) {
    m *= 0.5;
    k++;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let p = 0.09523809523809523;
  p = p * z + 0.10526315789473684;
  p = p * z + 0.11764705882352941;
  p = p * z + 0.13333333333333333;
  p = p * z + 0.15384615384615385;
  p = p * z + 0.18181818181818182;
  p = p * z + 0.2222222222222222;
  p = p * z + 0.2857142857142857;
  p = p * z + 0.4;
  p = p * z + 0.6666666666666666;
  p = p * z + 2;
  return k * ln2High + (p * s + k * ln2Low);
}

/** 32 random bits for a row under a seed. */
export function mix(row: number, seed: number): number {
  let z = Math.imul(row, 2654435761) ^ seed;
  z ^= z >>> 16;
  z = Math.imul(z, 0x7feb352d);
  z ^= z >>> 15;
  z = Math.imul(z, 0x846ca68b);
  return (z ^ (z >>> 16)) >>> 0;
}
