import type { RandomStream } from "#kernel";

/** A dense layer: `weights[o * inputs + k]`, one bias an output. */
export interface Dense<Numbers = Float64Array> {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Numbers;
  readonly bias: Numbers;
}

/** A level's numbers: `values[code * width + k]`; the last row stands for missing. */
export interface Embedding<Numbers = Float64Array> {
  readonly width: number;
  readonly levels: number;
  readonly values: Numbers;
}

/**
 * First layer, residual blocks x + second(relu(first(relu x))), and the last layer on relu x. Those of a model are doubles,
 * those that are learned 32-bit floats.
 */
export interface Layers<Numbers = Float64Array> {
  readonly embeddings: readonly Embedding<Numbers>[];
  readonly first: Dense<Numbers>;
  readonly blocks: readonly { readonly inner: Dense<Numbers>; readonly outer: Dense<Numbers> }[];
  readonly last: Dense<Numbers>;
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
export function parametersOf<Numbers>({ embeddings, first, blocks, last }: Layers<Numbers>): readonly Numbers[] {
  const dense = [first, ...blocks.flatMap(({ inner, outer }) => [inner, outer]), last];
  return [...embeddings.map(({ values }) => values), ...dense.flatMap(({ weights, bias }) => [weights, bias])];
}

/** The same layers over other numbers, in the order of `parametersOf`. */
export function layersWith<Numbers>(layers: Layers<unknown>, parameters: readonly Numbers[]): Layers<Numbers> {
  let at = 0;
  const next = () => parameters[at++]!;
  const embeddings = layers.embeddings.map((own) => ({ ...own, values: next() }));
  const dense = (own: Dense<unknown>): Dense<Numbers> => ({ ...own, weights: next(), bias: next() });
  const first = dense(layers.first);
  const blocks = layers.blocks.map(({ inner, outer }) => ({ inner: dense(inner), outer: dense(outer) }));
  return { embeddings, first, blocks, last: dense(layers.last) };
}
