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
