// What a network's learning needs besides its dense layers: number by number, in 32-bit floats, four neighbours at once.

const FOUR: i32 = 4;

/** out = input where `over` is above 0, else 0: a rectifier where it is the input itself, its slopes where it is what went in. */
export function rectify(input: usize, over: usize, out: usize, count: i32): void {
  const zero = f32x4.splat(0.0);
  let k = 0;
  for (; k + FOUR <= count; k += FOUR) {
    const at = <usize>k << 2;
    v128.store(out + at, v128.and(v128.load(input + at), f32x4.gt(v128.load(over + at), zero)));
  }
  for (; k < count; k++) {
    const at = <usize>k << 2;
    store<f32>(out + at, load<f32>(over + at) > 0.0 ? load<f32>(input + at) : 0.0);
  }
}

/** target += source, number by number. */
export function addNumbers(target: usize, source: usize, count: i32): void {
  let k = 0;
  for (; k + FOUR <= count; k += FOUR) {
    const at = <usize>k << 2;
    v128.store(target + at, f32x4.add(v128.load(target + at), v128.load(source + at)));
  }
  for (; k < count; k++) {
    const at = <usize>k << 2;
    store<f32>(target + at, load<f32>(target + at) + load<f32>(source + at));
  }
}

/** target += (source − target) · share, number by number. */
export function moveTowards(target: usize, source: usize, count: i32, share: f32): void {
  const shares = f32x4.splat(share);
  let k = 0;
  for (; k + FOUR <= count; k += FOUR) {
    const at = <usize>k << 2;
    const own = v128.load(target + at);
    v128.store(target + at, f32x4.add(own, f32x4.mul(f32x4.sub(v128.load(source + at), own), shares)));
  }
  for (; k < count; k++) {
    const at = <usize>k << 2;
    const own = load<f32>(target + at);
    store<f32>(target + at, own + (load<f32>(source + at) - own) * share);
  }
}

/** out[c][r] = matrix[r][c]. */
export function transpose(matrix: usize, rows: i32, columns: i32, out: usize): void {
  const fours = columns & ~3;
  const stride = <usize>columns << 2;
  const across = <usize>rows << 2;
  let r = 0;
  for (; r + FOUR <= rows; r += FOUR) {
    let from = matrix + <usize>r * stride;
    let to = out + (<usize>r << 2);
    for (let c = 0; c < fours; c += FOUR) {
      const a = v128.load(from);
      const b = v128.load(from + stride);
      const x = v128.load(from + 2 * stride);
      const y = v128.load(from + 3 * stride);
      const low = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const high = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const lower = v128.shuffle<f32>(x, y, 0, 4, 1, 5);
      const higher = v128.shuffle<f32>(x, y, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(low, lower, 0, 1, 4, 5));
      v128.store(to + across, v128.shuffle<f32>(low, lower, 2, 3, 6, 7));
      v128.store(to + 2 * across, v128.shuffle<f32>(high, higher, 0, 1, 4, 5));
      v128.store(to + 3 * across, v128.shuffle<f32>(high, higher, 2, 3, 6, 7));
      from += 16;
      to += 4 * across;
    }
    for (let c = fours; c < columns; c++)
      for (let s = r; s < r + FOUR; s++) copyAcross(matrix, s, stride, c, out, across);
  }
  for (; r < rows; r++) for (let c = 0; c < columns; c++) copyAcross(matrix, r, stride, c, out, across);
}

// @ts-ignore: decorator
@inline
function copyAcross(matrix: usize, r: i32, stride: usize, c: i32, out: usize, across: usize): void {
  store<f32>(
    out + <usize>c * across + (<usize>r << 2), load<f32>(matrix + <usize>r * stride + (<usize>c << 2)),
  );
}

/**
 * Adam's step with decay apart from the gradient, which is 0 afterwards:
 * value − (step · mean / (√square + tiny) + shrink · value), where step = rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ),
 * tiny = 10⁻⁸ · √(1 − β₂ᵗ) and shrink = rate · decay, so that a number takes one division and one root.
 * Source: Kingma, Ba, "Adam", ICLR 2015, algorithm 1 in the order of §2; Loshchilov, Hutter, ICLR 2019, algorithm 2.
 */
export function adamStep(
  values: usize, gradients: usize, means: usize, squares: usize, count: i32, step: f32, tiny: f32, shrink: f32,
): void {
  const zero = f32x4.splat(0.0);
  const steps = f32x4.splat(step);
  const tinies = f32x4.splat(tiny);
  const shrinks = f32x4.splat(shrink);
  const beta = f32x4.splat(0.9);
  const betaRest = f32x4.splat(0.1);
  const gamma = f32x4.splat(0.999);
  const gammaRest = f32x4.splat(0.001);
  // Too small to be seen beside `tiny`: many a processor is slow with the numbers next to 0, where those of dead units end.
  const least = f32x4.splat(1e-30);
  let k = 0;
  for (; k + FOUR <= count; k += FOUR) {
    const at = <usize>k << 2;
    const g = v128.load(gradients + at);
    let mean = f32x4.add(f32x4.mul(beta, v128.load(means + at)), f32x4.mul(betaRest, g));
    mean = v128.and(mean, f32x4.gt(f32x4.abs(mean), least));
    let square = f32x4.add(f32x4.mul(gamma, v128.load(squares + at)), f32x4.mul(f32x4.mul(gammaRest, g), g));
    square = f32x4.pmax(least, square);
    const value = v128.load(values + at);
    const along = f32x4.div(f32x4.mul(steps, mean), f32x4.add(f32x4.sqrt(square), tinies));
    v128.store(means + at, mean);
    v128.store(squares + at, square);
    v128.store(values + at, f32x4.sub(value, f32x4.add(along, f32x4.mul(shrinks, value))));
    v128.store(gradients + at, zero);
  }
  for (; k < count; k++) {
    const at = <usize>k << 2;
    const g = load<f32>(gradients + at);
    let mean = <f32>0.9 * load<f32>(means + at) + <f32>0.1 * g;
    if (abs<f32>(mean) <= 1e-30) mean = 0.0;
    let square = <f32>0.999 * load<f32>(squares + at) + <f32>0.001 * g * g;
    if (square < 1e-30) square = 1e-30;
    const value = load<f32>(values + at);
    const along = step * mean / (sqrt<f32>(square) + tiny);
    store<f32>(means + at, mean);
    store<f32>(squares + at, square);
    store<f32>(values + at, value - (along + shrink * value));
    store<f32>(gradients + at, 0.0);
  }
}
