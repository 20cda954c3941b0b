// Dense layers over batches of rows, and Adam's step. Matrices lie row by row; each number is summed in the order of the
// twin's plain loops, so that vectors of two change no bit: lanes are neighbours of the result, never parts of one sum.

const TWO: i32 = 2;
const EIGHT: i32 = 8;

/**
 * out[r][o] = bias[o] + Σ input[r][k] · across[k][o], in the order of k.
 * `across` are the layer's weights with the outputs beside each other.
 */
export function denseForward(
  across: usize, bias: usize, input: usize, inputs: i32, out: usize, outputs: i32, rows: i32,
): void {
  const zero = f64x2.splat(0.0);
  const stride = <usize>outputs << 3;
  for (let r = 0; r < rows; r++) {
    const from = input + ((<usize>r * <usize>inputs) << 3);
    const to = out + ((<usize>r * <usize>outputs) << 3);
    let o = 0;
    for (; o + EIGHT <= outputs; o += EIGHT) {
      const at = <usize>o << 3;
      let a = v128.load(bias + at);
      let b = v128.load(bias + at, 16);
      let c = v128.load(bias + at, 32);
      let d = v128.load(bias + at, 48);
      let weights = across + at;
      for (let k = 0; k < inputs; k++) {
        const x = v128.load64_splat(from + (<usize>k << 3));
        a = f64x2.add(a, f64x2.mul(v128.load(weights), x));
        b = f64x2.add(b, f64x2.mul(v128.load(weights, 16), x));
        c = f64x2.add(c, f64x2.mul(v128.load(weights, 32), x));
        d = f64x2.add(d, f64x2.mul(v128.load(weights, 48), x));
        weights += stride;
      }
      v128.store(to + at, f64x2.add(a, zero));
      v128.store(to + at, f64x2.add(b, zero), 16);
      v128.store(to + at, f64x2.add(c, zero), 32);
      v128.store(to + at, f64x2.add(d, zero), 48);
    }
    for (; o + TWO <= outputs; o += TWO) {
      const at = <usize>o << 3;
      let a = v128.load(bias + at);
      let weights = across + at;
      for (let k = 0; k < inputs; k++) {
        a = f64x2.add(a, f64x2.mul(v128.load(weights), v128.load64_splat(from + (<usize>k << 3))));
        weights += stride;
      }
      v128.store(to + at, f64x2.add(a, zero));
    }
    if (o < outputs) {
      const at = <usize>o << 3;
      let sum = load<f64>(bias + at);
      let weights = across + at;
      for (let k = 0; k < inputs; k++) {
        sum += load<f64>(weights) * load<f64>(from + (<usize>k << 3));
        weights += stride;
      }
      store<f64>(to + at, sum + 0.0);
    }
  }
}

/** out[r][k] = Σ slope[r][o] · weights[o][k], in the order of o: the slopes of a layer's inputs. */
export function denseInputSlopes(
  weights: usize, slope: usize, outputs: i32, out: usize, inputs: i32, rows: i32,
): void {
  sumProducts(slope, <usize>outputs << 3, 8, weights, <usize>inputs << 3, out, inputs, rows, outputs, false);
}

/** gradient[o][k] += Σ slope[r][o] · input[r][k], and bias[o] += Σ slope[r][o], in the order of the rows. */
export function denseWeightSlopes(
  slope: usize, outputs: i32, input: usize, inputs: i32, gradient: usize, bias: usize, rows: i32,
): void {
  sumProducts(slope, 8, <usize>outputs << 3, input, <usize>inputs << 3, gradient, inputs, outputs, rows, true);
  for (let o = 0; o < outputs; o++) {
    const at = bias + (<usize>o << 3);
    let sum = load<f64>(at);
    for (let r = 0; r < rows; r++) sum += load<f64>(slope + ((<usize>r * <usize>outputs + <usize>o) << 3));
    store<f64>(at, sum);
  }
}

/** out[i][k] = (what is there, or 0) + Σ factor[i, j] · matrix[j][k], in the order of j. */
// @ts-ignore: decorator
@inline
function sumProducts(
  factors: usize, byI: usize, byJ: usize, matrix: usize, stride: usize, out: usize, width: i32, countI: i32, countJ: i32,
  adds: bool,
): void {
  const zero = f64x2.splat(0.0);
  for (let i = 0; i < countI; i++) {
    const own = factors + <usize>i * byI;
    const to = out + <usize>i * stride;
    let k = 0;
    for (; k + EIGHT <= width; k += EIGHT) {
      const at = <usize>k << 3;
      let a = adds ? v128.load(to + at) : zero;
      let b = adds ? v128.load(to + at, 16) : zero;
      let c = adds ? v128.load(to + at, 32) : zero;
      let d = adds ? v128.load(to + at, 48) : zero;
      let from = matrix + at;
      let factor = own;
      for (let j = 0; j < countJ; j++) {
        const x = v128.load64_splat(factor);
        a = f64x2.add(a, f64x2.mul(x, v128.load(from)));
        b = f64x2.add(b, f64x2.mul(x, v128.load(from, 16)));
        c = f64x2.add(c, f64x2.mul(x, v128.load(from, 32)));
        d = f64x2.add(d, f64x2.mul(x, v128.load(from, 48)));
        from += stride;
        factor += byJ;
      }
      v128.store(to + at, a);
      v128.store(to + at, b, 16);
      v128.store(to + at, c, 32);
      v128.store(to + at, d, 48);
    }
    for (; k + TWO <= width; k += TWO) {
      const at = <usize>k << 3;
      let a = adds ? v128.load(to + at) : zero;
      let from = matrix + at;
      let factor = own;
      for (let j = 0; j < countJ; j++) {
        a = f64x2.add(a, f64x2.mul(v128.load64_splat(factor), v128.load(from)));
        from += stride;
        factor += byJ;
      }
      v128.store(to + at, a);
    }
    if (k < width) {
      const at = <usize>k << 3;
      let sum = adds ? load<f64>(to + at) : 0.0;
      let from = matrix + at;
      let factor = own;
      for (let j = 0; j < countJ; j++) {
        sum += load<f64>(factor) * load<f64>(from);
        from += stride;
        factor += byJ;
      }
      store<f64>(to + at, sum);
    }
  }
}

/** out = input where `over` is above 0, else 0: a rectifier where `of` is the input itself, its slopes where it is what went in. */
export function rectify(input: usize, over: usize, out: usize, count: i32): void {
  const zero = f64x2.splat(0.0);
  let k = 0;
  for (; k + TWO <= count; k += TWO) {
    const at = <usize>k << 3;
    v128.store(out + at, v128.and(v128.load(input + at), f64x2.gt(v128.load(over + at), zero)));
  }
  if (k < count) {
    const at = <usize>k << 3;
    store<f64>(out + at, load<f64>(over + at) > 0.0 ? load<f64>(input + at) : 0.0);
  }
}

/** target += source, number by number. */
export function addNumbers(target: usize, source: usize, count: i32): void {
  let k = 0;
  for (; k + TWO <= count; k += TWO) {
    const at = <usize>k << 3;
    v128.store(target + at, f64x2.add(v128.load(target + at), v128.load(source + at)));
  }
  if (k < count) {
    const at = <usize>k << 3;
    store<f64>(target + at, load<f64>(target + at) + load<f64>(source + at));
  }
}

/** out[c][r] = matrix[r][c]. */
export function transpose(matrix: usize, rows: i32, columns: i32, out: usize): void {
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++)
      store<f64>(
        out + ((<usize>c * <usize>rows + <usize>r) << 3), load<f64>(matrix + ((<usize>r * <usize>columns + <usize>c) << 3)),
      );
}

/**
 * Adam's step with decay apart from the gradient, which is 0 afterwards. `firstLeft` and `secondLeft` are 1 − βᵗ.
 * Source: Kingma, Ba, "Adam", ICLR 2015, algorithm 1; Loshchilov, Hutter, ICLR 2019, algorithm 2.
 */
export function adamStep(
  values: usize, gradients: usize, means: usize, squares: usize, count: i32, rate: f64, decay: f64, firstLeft: f64,
  secondLeft: f64,
): void {
  const zero = f64x2.splat(0.0);
  const rates = f64x2.splat(rate);
  const decays = f64x2.splat(decay);
  const firsts = f64x2.splat(firstLeft);
  const seconds = f64x2.splat(secondLeft);
  const tiny = f64x2.splat(1e-8);
  const beta = f64x2.splat(0.9);
  const betaRest = f64x2.splat(1.0 - 0.9);
  const gamma = f64x2.splat(0.999);
  const gammaRest = f64x2.splat(1.0 - 0.999);
  let k = 0;
  for (; k + TWO <= count; k += TWO) {
    const at = <usize>k << 3;
    const g = v128.load(gradients + at);
    const mean = f64x2.add(f64x2.mul(beta, v128.load(means + at)), f64x2.mul(betaRest, g));
    const square = f64x2.add(f64x2.mul(gamma, v128.load(squares + at)), f64x2.mul(f64x2.mul(gammaRest, g), g));
    const value = v128.load(values + at);
    const along = f64x2.div(f64x2.div(mean, firsts), f64x2.add(f64x2.sqrt(f64x2.div(square, seconds)), tiny));
    v128.store(means + at, mean);
    v128.store(squares + at, square);
    v128.store(values + at, f64x2.sub(value, f64x2.mul(rates, f64x2.add(along, f64x2.mul(decays, value)))));
    v128.store(gradients + at, zero);
  }
  if (k < count) {
    const at = <usize>k << 3;
    const g = load<f64>(gradients + at);
    const mean = 0.9 * load<f64>(means + at) + (1.0 - 0.9) * g;
    const square = 0.999 * load<f64>(squares + at) + (1.0 - 0.999) * g * g;
    const value = load<f64>(values + at);
    const along = mean / firstLeft / (Math.sqrt(square / secondLeft) + 1e-8);
    store<f64>(means + at, mean);
    store<f64>(squares + at, square);
    store<f64>(values + at, value - rate * (along + decay * value));
    store<f64>(gradients + at, 0.0);
  }
}
