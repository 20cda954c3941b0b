import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { randomStream } from "#kernel";
import { loadKernels } from "./load-kernels.ts";
import { newMemory } from "./new-memory.ts";
import { twinKernels } from "./twin/twin-kernels.ts";
import { bindKernels, type WasmModule } from "./web-assembly.ts";

let module: WasmModule;
beforeAll(async () => {
  module = await loadKernels();
});

const shape = fc.record({
  seed: fc.nat(1e6),
  inputs: fc.integer({ min: 0, max: 27 }),
  outputs: fc.integer({ min: 1, max: 27 }),
  rows: fc.integer({ min: 0, max: 9 }),
});

/** Two memories of the same numbers, and where each block of them begins. */
function pair({ seed, inputs, outputs, rows }: { seed: number; inputs: number; outputs: number; rows: number }) {
  const sizes = {
    weights: inputs * outputs,
    across: inputs * outputs,
    bias: outputs,
    input: rows * inputs,
    out: rows * outputs,
    inputSlopes: rows * inputs,
    gradient: inputs * outputs,
    biasGradient: outputs,
    means: inputs * outputs,
    squares: inputs * outputs,
  };
  let count = 1;
  const at = Object.fromEntries(
    Object.entries(sizes).map(([name, size]) => {
      const here = 4 * count;
      count += size;
      return [name, here];
    }),
  ) as Record<keyof typeof sizes, number>;
  const memories = [newMemory(4 * count), newMemory(4 * count)] as const;
  const random = randomStream(seed, "network kernels");
  // Zeros, numbers next to it and far ones too: a lane that is summed in another order shows. Nothing overflows.
  const values = Float32Array.from({ length: count }, () =>
    random.integer(6) === 0 ? 0 : (random.uniform() - 0.5) * 10 ** (random.integer(6) === 0 ? -36 : random.integer(4)),
  );
  for (const { buffer } of memories) new Float32Array(buffer).set(values);
  for (const { buffer } of memories) {
    const squares = new Float32Array(buffer, at.squares, inputs * outputs);
    squares.forEach((value, k) => {
      squares[k] = Math.abs(value);
    });
  }
  const kernels = [bindKernels(module, memories[0]), twinKernels(memories[1])] as const;
  const bytes = () => memories.map(({ buffer }) => Buffer.from(new Uint8Array(buffer, 0, 4 * count)));
  return { at, kernels, bytes, memories };
}

test("layers and Adam's steps of the module and of its twin are equal to the bit", () => {
  fc.assert(
    fc.property(shape, (own) => {
      const { inputs, outputs, rows } = own;
      const { at, kernels, bytes } = pair(own);
      for (const one of kernels) {
        one.transpose(at.weights, outputs, inputs, at.across);
        one.denseForward(at.across, at.bias, at.input, inputs, at.out, outputs, rows);
        one.rectify(at.out, at.out, at.out, rows * outputs);
        one.denseInputSlopes(at.weights, at.out, outputs, at.inputSlopes, inputs, rows);
        one.rectify(at.inputSlopes, at.input, at.inputSlopes, rows * inputs);
        one.addNumbers(at.inputSlopes, at.input, rows * inputs);
        one.denseWeightSlopes(at.out, outputs, at.inputSlopes, inputs, at.gradient, at.biasGradient, rows);
        one.adamStep(at.weights, at.gradient, at.means, at.squares, inputs * outputs, 0.003, 4e-9, 3e-5);
        one.moveTowards(at.means, at.weights, inputs * outputs, 0.3);
      }
      const [a, b] = bytes();
      expect(a!.equals(b!)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test("a layer by hand: two rows through two inputs and one output, and back", () => {
  const { at, kernels, memories } = pair({ seed: 1, inputs: 2, outputs: 1, rows: 2 });
  for (const [k, one] of kernels.entries()) {
    const numbers = (from: number, length: number) => new Float32Array(memories[k]!.buffer, from, length);
    numbers(at.weights, 2).set([2, -1]);
    numbers(at.bias, 1).set([0.5]);
    numbers(at.input, 4).set([1, 3, -2, 0.25]);
    one.transpose(at.weights, 1, 2, at.across);
    one.denseForward(at.across, at.bias, at.input, 2, at.out, 1, 2);
    expect([...numbers(at.out, 2)]).toEqual([-0.5, -3.75]);
    numbers(at.out, 2).set([1, -2]);
    numbers(at.gradient, 2).fill(0);
    numbers(at.biasGradient, 1).fill(0);
    one.denseInputSlopes(at.weights, at.out, 1, at.inputSlopes, 2, 2);
    one.denseWeightSlopes(at.out, 1, at.input, 2, at.gradient, at.biasGradient, 2);
    expect([...numbers(at.inputSlopes, 4)]).toEqual([2, -1, -4, 2]);
    expect([...numbers(at.gradient, 2)]).toEqual([5, 2.5]);
    expect([...numbers(at.biasGradient, 1)]).toEqual([-1]);
  }
});
