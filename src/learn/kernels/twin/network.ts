import type { Views } from "./twin-kernels.ts";

const { fround } = Math;
/** Adam's constants as 32-bit floats. */
const beta = fround(0.9);
const betaRest = fround(0.1);
const gamma = fround(0.999);
const gammaRest = fround(0.001);
const least = fround(1e-30);

/**
 * Dense layers and Adam's step, as wasm/dense.ts and wasm/network.ts compute them. Sums, products, quotients and roots of
 * 32-bit floats that are rounded from doubles are those of 32-bit arithmetic, for a double has more than twice the digits.
 */
export function networkTwins({ f32 }: Views) {
  /** sum + a · b, each rounded. */
  const plus = (sum: number, a: number, b: number) => fround(sum + fround(a * b));
  return {
    denseForward(
      across: number,
      bias: number,
      input: number,
      inputs: number,
      out: number,
      outputs: number,
      rows: number,
    ) {
      const [weights, offset, from, to] = [across >> 2, bias >> 2, input >> 2, out >> 2];
      for (let r = 0; r < rows; r++)
        for (let o = 0; o < outputs; o++) {
          let sum = f32[offset + o]!;
          for (let k = 0; k < inputs; k++)
            sum = plus(sum, f32[weights + k * outputs + o]!, f32[from + r * inputs + k]!);
          f32[to + r * outputs + o] = sum;
        }
    },
    denseInputSlopes(weights: number, slope: number, outputs: number, out: number, inputs: number, rows: number) {
      const [own, from, to] = [weights >> 2, slope >> 2, out >> 2];
      for (let r = 0; r < rows; r++)
        for (let k = 0; k < inputs; k++) {
          let sum = 0;
          for (let o = 0; o < outputs; o++) sum = plus(sum, f32[from + r * outputs + o]!, f32[own + o * inputs + k]!);
          f32[to + r * inputs + k] = sum;
        }
    },
    denseWeightSlopes(
      slope: number,
      outputs: number,
      input: number,
      inputs: number,
      gradient: number,
      bias: number,
      rows: number,
    ) {
      const [slopes, from, to, biases] = [slope >> 2, input >> 2, gradient >> 2, bias >> 2];
      for (let r = 0; r < rows; r++)
        for (let o = 0; o < outputs; o++) {
          const own = f32[slopes + r * outputs + o]!;
          f32[biases + o]! += own;
          for (let k = 0; k < inputs; k++) {
            const at = to + o * inputs + k;
            f32[at] = plus(f32[at]!, own, f32[from + r * inputs + k]!);
          }
        }
    },
    rectify(input: number, over: number, out: number, count: number) {
      for (let k = 0; k < count; k++) f32[(out >> 2) + k] = f32[(over >> 2) + k]! > 0 ? f32[(input >> 2) + k]! : 0;
    },
    addNumbers(target: number, source: number, count: number) {
      for (let k = 0; k < count; k++) f32[(target >> 2) + k]! += f32[(source >> 2) + k]!;
    },
    moveTowards(target: number, source: number, count: number, share: number) {
      for (let k = 0; k < count; k++) {
        const own = f32[(target >> 2) + k]!;
        f32[(target >> 2) + k] = plus(own, fround(f32[(source >> 2) + k]! - own), fround(share));
      }
    },
    transpose(matrix: number, rows: number, columns: number, out: number) {
      for (let r = 0; r < rows; r++)
        for (let c = 0; c < columns; c++) f32[(out >> 2) + c * rows + r] = f32[(matrix >> 2) + r * columns + c]!;
    },
    adamStep(
      values: number,
      gradients: number,
      means: number,
      squares: number,
      count: number,
      step: number,
      tiny: number,
      shrink: number,
    ) {
      for (let k = 0; k < count; k++) {
        const g = f32[(gradients >> 2) + k]!;
        const moved = plus(fround(beta * f32[(means >> 2) + k]!), betaRest, g);
        const mean = Math.abs(moved) > least ? moved : 0;
        const square = Math.max(least, plus(fround(gamma * f32[(squares >> 2) + k]!), fround(gammaRest * g), g));
        const value = f32[(values >> 2) + k]!;
        const along = fround(fround(fround(step) * mean) / fround(fround(Math.sqrt(square)) + fround(tiny)));
        f32[(means >> 2) + k] = mean;
        f32[(squares >> 2) + k] = square;
        f32[(values >> 2) + k] = value - plus(along, fround(shrink), value);
        f32[(gradients >> 2) + k] = 0;
      }
    },
  };
}
