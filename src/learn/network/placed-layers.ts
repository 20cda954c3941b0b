import type { Kernels } from "../kernels/kernels.ts";
import { newMemory } from "../kernels/new-memory.ts";
import { bindKernels, type WasmModule } from "../kernels/web-assembly.ts";
import { type Dense, type Layers, layersWith, parametersOf } from "./layers.ts";

/** A dense layer as the kernels see it: each a byte offset. */
export interface PlacedDense {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  /** The weights with the outputs beside each other, which `settle` writes. */
  readonly across: number;
  readonly bias: number;
  readonly gradient: number;
  readonly biasGradient: number;
}

/** Numbers in the kernels' memory, and where they begin. */
export interface Block {
  readonly at: number;
  readonly values: Float32Array;
}

/**
 * A network's layers in one memory as 32-bit floats, with room for a batch of rows between them.
 *
 * Errors: LEARN_MEMORY_SHORT.
 */
export class PlacedLayers {
  readonly kernels: Kernels;
  /** The layers whose numbers lie in the memory. */
  readonly layers: Layers<Float32Array>;
  readonly gradients: Layers<Float32Array>;
  readonly first: PlacedDense;
  readonly blocks: readonly { readonly inner: PlacedDense; readonly outer: PlacedDense }[];
  readonly last: PlacedDense;
  readonly input: Block;
  readonly inputSlopes: Block;
  readonly out: Block;
  /** What goes into each block and out of the last, and after the rectifier. */
  readonly states: readonly Block[];
  readonly active: readonly Block[];
  readonly inner: readonly Block[];
  readonly innerActive: readonly Block[];
  readonly slopes: readonly Block[];
  readonly #dense: readonly PlacedDense[];
  readonly #average: Block;
  readonly #count: number;
  readonly #parameters: number;

  constructor(layers: Layers, batch: number, module: WasmModule) {
    const parameters = parametersOf(layers);
    const count = parameters.reduce((sum, values) => sum + values.length, 0);
    this.#count = count;
    const width = layers.first.outputs;
    const depth = layers.blocks.length;
    // Values, gradients, Adam's means and squares, the running mean; the weights again; a batch on its way through.
    const floats = 6 * count + batch * (2 * layers.first.inputs + layers.last.outputs + width * (4 * depth + 5)) + 64;
    const memory = newMemory(4 * floats);
    this.kernels = bindKernels(module, memory);
    let next = 16;
    const block = (length: number): Block => {
      const at = next;
      next += 4 * length;
      return { at, values: new Float32Array(memory.buffer, at, length) };
    };
    const placed = parameters.map((values) => {
      const own = block(values.length);
      own.values.set(values);
      return own;
    });
    this.#parameters = placed[0]!.at;
    const gradients = block(count);
    block(2 * count);
    this.#average = block(count);
    this.layers = layersWith(
      layers,
      placed.map(({ values }) => values),
    );
    this.gradients = layersWith(
      layers,
      placed.map(
        ({ at, values }) => new Float32Array(memory.buffer, gradients.at + at - this.#parameters, values.length),
      ),
    );
    const denseOf = ({ inputs, outputs, weights, bias }: Dense<Float32Array>): PlacedDense => ({
      inputs,
      outputs,
      weights: weights.byteOffset,
      across: block(weights.length).at,
      bias: bias.byteOffset,
      gradient: weights.byteOffset + 4 * count,
      biasGradient: bias.byteOffset + 4 * count,
    });
    this.first = denseOf(this.layers.first);
    this.blocks = this.layers.blocks.map(({ inner, outer }) => ({ inner: denseOf(inner), outer: denseOf(outer) }));
    this.last = denseOf(this.layers.last);
    this.#dense = [this.first, ...this.blocks.flatMap(({ inner, outer }) => [inner, outer]), this.last];
    this.input = block(batch * layers.first.inputs);
    this.inputSlopes = block(batch * layers.first.inputs);
    this.out = block(batch * layers.last.outputs);
    const states = (some: number) => Array.from({ length: some }, () => block(batch * width));
    this.states = states(depth + 1);
    this.active = states(depth + 1);
    this.inner = states(depth);
    this.innerActive = states(depth);
    this.slopes = states(3);
    this.settle();
  }

  /** Writes what hangs on the weights, after they have changed. */
  settle(): void {
    for (const { inputs, outputs, weights, across } of this.#dense)
      this.kernels.transpose(weights, outputs, inputs, across);
  }

  /** Adam's step of everything that is learned; `firstLeft` and `secondLeft` are 1 − βᵗ. */
  step(rate: number, decay: number, firstLeft: number, secondLeft: number): void {
    const at = this.#parameters;
    const bytes = 4 * this.#count;
    const [gradients, means, squares] = [at + bytes, at + 2 * bytes, at + 3 * bytes];
    const root = Math.sqrt(secondLeft);
    const step = (rate * root) / firstLeft;
    this.kernels.adamStep(at, gradients, means, squares, this.#count, step, 1e-8 * root, rate * decay);
    this.settle();
  }

  /** The running mean of what is learned goes so far towards what it is now. */
  average(share: number): void {
    this.kernels.moveTowards(this.#average.at, this.#parameters, this.#count, share);
  }

  /** What is learned and its running mean change places. */
  swapAverage(): void {
    const own = new Float32Array(this.#average.values.buffer, this.#parameters, this.#count);
    const kept = own.slice();
    own.set(this.#average.values);
    this.#average.values.set(kept);
    this.settle();
  }
}
