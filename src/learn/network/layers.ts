import type { RandomStream } from "#kernel";

/** A dense layer: `weights[o * inputs + k]`, one bias an output. */
export interface Dense {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** A level's numbers: `values[code * width + k]`; the last row stands for missing. */
export interface Embedding {
  readonly width: number;
  readonly levels: number;
  readonly values: Float64Array;
}

/** First layer, residual blocks x + second(relu(first(relu x))), and the last layer on relu x. */
export interface Layers {
  readonly embeddings: readonly Embedding[];
  readonly first: Dense;
  readonly blocks: readonly { readonly inner: Dense; readonly outer: Dense }[];
  readonly last: Dense;
}

/** Uniform weights of He's variance; embeddings are small. Source: He et al., "Delving deep into rectifiers", 2015. */
export function newDense(inputs: number, outputs: number, random: RandomStream, scale = 1): Dense {
  const bound = scale * Math.sqrt(6 / Math.max(inputs, 1));
  const weights = Float64Array.from({ length: inputs * outputs }, () => (2 * random.uniform() - 1) * bound);
  return { inputs, outputs, weights, bias: new Float64Array(outputs) };
}

export function newEmbedding(levels: number, width: number, random: RandomStream): Embedding {
  const values = Float64Array.from({ length: (levels + 1) * width }, () => (2 * random.uniform() - 1) * 0.5);
  return { width, levels, values };
}

/** Everything that is learned, in a fixed order. */
export function parametersOf({ embeddings, first, blocks, last }: Layers): readonly Float64Array[] {
  const dense = [first, ...blocks.flatMap(({ inner, outer }) => [inner, outer]), last];
  return [...embeddings.map(({ values }) => values), ...dense.flatMap(({ weights, bias }) => [weights, bias])];
}

/** The same layers over other numbers, in the order of `parametersOf`. */
export function layersWith(layers: Layers, parameters: readonly Float64Array[]): Layers {
  let at = 0;
  const next = () => parameters[at++]!;
  const embeddings = layers.embeddings.map((own) => ({ ...own, values: next() }));
  const dense = (own: Dense): Dense => ({ ...own, weights: next(), bias: next() });
  const first = dense(layers.first);
  const blocks = layers.blocks.map(({ inner, outer }) => ({ inner: dense(inner), outer: dense(outer) }));
  return { embeddings, first, blocks, last: dense(layers.last) };
}

/**
 * out = bias + weights · input, summed from the bias in the order of the inputs, as the program's `linear` does. Four sums
 * run side by side, as none of them need wait for another.
 */
export function forward({ inputs, outputs, weights, bias }: Dense, input: Float64Array, out: Float64Array): void {
  let o = 0;
  for (; o + 3 < outputs; o += 4) {
    let [a, b, c, d] = [bias[o]!, bias[o + 1]!, bias[o + 2]!, bias[o + 3]!];
    let at = o * inputs;
    for (let k = 0; k < inputs; k++, at++) {
      const value = input[k]!;
      a += weights[at]! * value;
      b += weights[at + inputs]! * value;
      c += weights[at + 2 * inputs]! * value;
      d += weights[at + 3 * inputs]! * value;
    }
    out[o] = a + 0;
    out[o + 1] = b + 0;
    out[o + 2] = c + 0;
    out[o + 3] = d + 0;
  }
  for (; o < outputs; o++) {
    let sum = bias[o]!;
    const from = o * inputs;
    for (let k = 0; k < inputs; k++) sum += weights[from + k]! * input[k]!;
    out[o] = sum + 0;
  }
}

/** Adds a row's part to the gradients of a layer, and gives the gradient by its input. */
export function backward(
  { inputs, outputs, weights }: Dense,
  input: Float64Array,
  slope: Float64Array,
  gradient: Dense,
  inputSlope: Float64Array,
): void {
  const { weights: sums, bias } = gradient;
  inputSlope.fill(0);
  // Outputs whose slope is 0, as a rectifier leaves many, give nothing; the others go in pairs.
  let open = -1;
  for (let o = 0; o < outputs; o++) {
    const own = slope[o]!;
    if (own === 0) continue;
    bias[o]! += own;
    if (open < 0) {
      open = o;
      continue;
    }
    const first = slope[open]!;
    let from = open * inputs;
    let at = o * inputs;
    for (let k = 0; k < inputs; k++, from++, at++) {
      const value = input[k]!;
      sums[from]! += first * value;
      sums[at]! += own * value;
      inputSlope[k] = inputSlope[k]! + first * weights[from]! + own * weights[at]!;
    }
    open = -1;
  }
  if (open < 0) return;
  const last = slope[open]!;
  for (let k = 0, from = open * inputs; k < inputs; k++, from++) {
    sums[from]! += last * input[k]!;
    inputSlope[k]! += last * weights[from]!;
  }
}

export function relu(input: Float64Array, out: Float64Array): void {
  for (let k = 0; k < input.length; k++) out[k] = input[k]! > 0 ? input[k]! : 0;
}
