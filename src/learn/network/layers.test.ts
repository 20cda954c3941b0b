import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import { backward, type Dense, forward, newDense } from "./layers.ts";

const random = randomStream(5, "layers");
const numbers = (length: number) => Float64Array.from({ length }, () => 2 * random.uniform() - 1);
const layerOf = (inputs: number, outputs: number): Dense => ({
  ...newDense(inputs, outputs, random),
  bias: numbers(outputs),
});
const sizes = [1, 2, 3, 4, 5, 7, 8, 9].flatMap((outputs) => [1, 3, 6].map((inputs) => [inputs, outputs] as const));

test.each(sizes)("a layer of %i inputs and %i outputs gives each sum as if alone, to the bit", (inputs, outputs) => {
  const layer = layerOf(inputs, outputs);
  const input = numbers(inputs);
  const out = new Float64Array(outputs);
  forward(layer, input, out);
  const alone = Array.from({ length: outputs }, (_, o) =>
    layer.weights
      .subarray(o * inputs, (o + 1) * inputs)
      .reduce((sum, weight, k) => sum + weight * input[k]!, layer.bias[o]!),
  );
  expect([...out]).toEqual(alone);
});

test.each(sizes)("slopes of %i inputs and %i outputs are those of small steps", (inputs, outputs) => {
  const layer = layerOf(inputs, outputs);
  const input = numbers(inputs);
  // Every third is 0, as behind a rectifier.
  const slope = numbers(outputs).map((value, o) => (o % 3 === 1 ? 0 : value));
  const gradient: Dense = { ...layer, weights: new Float64Array(inputs * outputs), bias: new Float64Array(outputs) };
  const inputSlope = new Float64Array(inputs);
  backward(layer, input, slope, gradient, inputSlope);
  const value = () => {
    const out = new Float64Array(outputs);
    forward(layer, input, out);
    return out.reduce((sum, one, o) => sum + one * slope[o]!, 0);
  };
  const steps = (values: Float64Array) =>
    Array.from(values, (before, k) => {
      const at = (step: number) => {
        values[k] = before + step;
        return value();
      };
      const risen = (at(1e-4) - at(-1e-4)) / 2e-4;
      values[k] = before;
      return risen;
    });
  for (const [found, values] of [
    [gradient.weights, layer.weights],
    [gradient.bias, layer.bias],
    [inputSlope, input],
  ] as const)
    steps(values).forEach((expected, k) => {
      expect(found[k]).toBeCloseTo(expected, 8);
    });
});
