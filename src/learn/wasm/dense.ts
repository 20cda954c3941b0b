// Dense layers over batches of rows, there and back, in 32-bit floats. Matrices lie row by row; each number is summed in the
// order of the twin's plain loops, so that vectors of four change no bit: lanes are neighbours of the result, never parts
// of one sum.
import { addNumbers } from "./network";

const FOUR: i32 = 4;
const EIGHT: i32 = 8;

/**
 * out[r][o] = bias[o] + Σ input[r][k] · across[k][o], in the order of k.
 * `across` are the layer's weights with the outputs beside each other.
 */
export function denseForward(
  across: usize, bias: usize, input: usize, inputs: i32, out: usize, outputs: i32, rows: i32,
): void {
  const stride = <usize>outputs << 2;
  for (let r = 0; r < rows; r++) memory.copy(out + <usize>r * stride, bias, stride);
  addProducts(input, <usize>inputs << 2, 4, across, stride, out, outputs, rows, inputs);
}

/** out[r][k] = Σ slope[r][o] · weights[o][k], in the order of o: the slopes of a layer's inputs. */
export function denseInputSlopes(
  weights: usize, slope: usize, outputs: i32, out: usize, inputs: i32, rows: i32,
): void {
  const stride = <usize>inputs << 2;
  memory.fill(out, 0, <usize>rows * stride);
  addProducts(slope, <usize>outputs << 2, 4, weights, stride, out, inputs, rows, outputs);
}

/** gradient[o][k] += Σ slope[r][o] · input[r][k], and bias[o] += Σ slope[r][o], in the order of the rows. */
export function denseWeightSlopes(
  slope: usize, outputs: i32, input: usize, inputs: i32, gradient: usize, bias: usize, rows: i32,
): void {
  addProducts(slope, 4, <usize>outputs << 2, input, <usize>inputs << 2, gradient, inputs, outputs, rows);
  for (let r = 0; r < rows; r++) addNumbers(bias, slope + (<usize>r * <usize>outputs << 2), outputs);
}

/**
 * out[i][k] += Σ factor(i, j) · matrix[j][k], in the order of j; factor(i, j) lies at `factors` + i · byI + j · byJ, and a
 * row of the matrix and of the result takes `stride` bytes.
 */
function addProducts(
  factors: usize, byI: usize, byJ: usize, matrix: usize, stride: usize, out: usize, width: i32, countI: i32, countJ: i32,
): void {
  const fours = countI & ~3;
  // Few columns of the matrix stay near while all results pass them.
  let k = 0;
  for (; k + EIGHT <= width; k += EIGHT) {
    const at = <usize>k << 2;
    for (let i = 0; i < fours; i += FOUR)
      addFourByEight(factors + <usize>i * byI, byI, byJ, matrix + at, stride, out + <usize>i * stride + at, countJ);
  }
  for (; k + FOUR <= width; k += FOUR) {
    const at = <usize>k << 2;
    for (let i = 0; i < fours; i += FOUR)
      addFourByFour(factors + <usize>i * byI, byI, byJ, matrix + at, stride, out + <usize>i * stride + at, countJ);
  }
  for (; k < width; k++) {
    const at = <usize>k << 2;
    for (let i = 0; i < fours; i += FOUR)
      addFourByOne(factors + <usize>i * byI, byI, byJ, matrix + at, stride, out + <usize>i * stride + at, countJ);
  }
  for (let i = fours; i < countI; i++)
    addOne(factors + <usize>i * byI, byJ, matrix, stride, out + <usize>i * stride, width, countJ);
}

/** Four results of eight numbers: as many sums as a processor adds to at once, and each number read serves several. */
function addFourByEight(
  factor: usize, byI: usize, byJ: usize, from: usize, stride: usize, to: usize, countJ: i32,
): void {
  const second = to + stride;
  const third = second + stride;
  const fourth = third + stride;
  let a = v128.load(to);
  let b = v128.load(to, 16);
  let c = v128.load(second);
  let d = v128.load(second, 16);
  let e = v128.load(third);
  let f = v128.load(third, 16);
  let g = v128.load(fourth);
  let h = v128.load(fourth, 16);
  for (let j = 0; j < countJ; j++) {
    const x = v128.load(from);
    const y = v128.load(from, 16);
    let own = v128.load32_splat(factor);
    a = f32x4.add(a, f32x4.mul(own, x));
    b = f32x4.add(b, f32x4.mul(own, y));
    let at = factor + byI;
    own = v128.load32_splat(at);
    c = f32x4.add(c, f32x4.mul(own, x));
    d = f32x4.add(d, f32x4.mul(own, y));
    at += byI;
    own = v128.load32_splat(at);
    e = f32x4.add(e, f32x4.mul(own, x));
    f = f32x4.add(f, f32x4.mul(own, y));
    own = v128.load32_splat(at + byI);
    g = f32x4.add(g, f32x4.mul(own, x));
    h = f32x4.add(h, f32x4.mul(own, y));
    from += stride;
    factor += byJ;
  }
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(second, c);
  v128.store(second, d, 16);
  v128.store(third, e);
  v128.store(third, f, 16);
  v128.store(fourth, g);
  v128.store(fourth, h, 16);
}

function addFourByFour(
  factor: usize, byI: usize, byJ: usize, from: usize, stride: usize, to: usize, countJ: i32,
): void {
  let a = v128.load(to);
  let b = v128.load(to + stride);
  let c = v128.load(to + 2 * stride);
  let d = v128.load(to + 3 * stride);
  for (let j = 0; j < countJ; j++) {
    const x = v128.load(from);
    a = f32x4.add(a, f32x4.mul(v128.load32_splat(factor), x));
    b = f32x4.add(b, f32x4.mul(v128.load32_splat(factor + byI), x));
    c = f32x4.add(c, f32x4.mul(v128.load32_splat(factor + 2 * byI), x));
    d = f32x4.add(d, f32x4.mul(v128.load32_splat(factor + 3 * byI), x));
    from += stride;
    factor += byJ;
  }
  v128.store(to, a);
  v128.store(to + stride, b);
  v128.store(to + 2 * stride, c);
  v128.store(to + 3 * stride, d);
}

function addFourByOne(
  factor: usize, byI: usize, byJ: usize, from: usize, stride: usize, to: usize, countJ: i32,
): void {
  let a = load<f32>(to);
  let b = load<f32>(to + stride);
  let c = load<f32>(to + 2 * stride);
  let d = load<f32>(to + 3 * stride);
  for (let j = 0; j < countJ; j++) {
    const x = load<f32>(from);
    a += load<f32>(factor) * x;
    b += load<f32>(factor + byI) * x;
    c += load<f32>(factor + 2 * byI) * x;
    d += load<f32>(factor + 3 * byI) * x;
    from += stride;
    factor += byJ;
  }
  store<f32>(to, a);
  store<f32>(to + stride, b);
  store<f32>(to + 2 * stride, c);
  store<f32>(to + 3 * stride, d);
}

/** One result. */
function addOne(own: usize, byJ: usize, matrix: usize, stride: usize, to: usize, width: i32, countJ: i32): void {
  let k = 0;
  for (; k + FOUR <= width; k += FOUR) {
    const at = <usize>k << 2;
    let a = v128.load(to + at);
    let from = matrix + at;
    let factor = own;
    for (let j = 0; j < countJ; j++) {
      a = f32x4.add(a, f32x4.mul(v128.load32_splat(factor), v128.load(from)));
      from += stride;
      factor += byJ;
    }
    v128.store(to + at, a);
  }
  for (; k < width; k++) {
    const at = <usize>k << 2;
    let sum = load<f32>(to + at);
    let from = matrix + at;
    let factor = own;
    for (let j = 0; j < countJ; j++) {
      sum += load<f32>(factor) * load<f32>(from);
      from += stride;
      factor += byJ;
    }
    store<f32>(to + at, sum);
  }
}
