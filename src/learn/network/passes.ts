import { exponential } from "../kernels/twin/numbers.ts";
import type { WasmModule } from "../kernels/web-assembly.ts";
import type { LearningTask } from "../model.ts";
import { writeEntries } from "./entries.ts";
import type { Layers } from "./layers.ts";
import { type Knots, pieces } from "./pieces.ts";
import { type PlacedDense, PlacedLayers } from "./placed-layers.ts";

interface Adam {
  readonly module: WasmModule;
  readonly batch: number;
  readonly learningRate: number;
  readonly weightDecay: number;
}

const [firstDecay, secondDecay] = [0.9, 0.999];

/**
 * Rows through the layers and back, a batch at a time, and Adam's steps: in 32-bit floats, of which a vector holds twice as
 * many, but for the loss's slopes, which are doubles until they are handed on. Each number is summed in the order of inputs,
 * outputs or rows, so that the result is the same on any machine. Numbers with knots enter as pieces.
 */
export class Passes {
  readonly #placed: PlacedLayers;
  readonly #task: LearningTask;
  readonly #knots: readonly Knots[];
  readonly #batch: number;
  readonly #adam: Adam;
  readonly #odds: Float64Array;
  #firstPower = 1;
  #secondPower = 1;

  constructor(layers: Layers, task: LearningTask, knots: readonly Knots[], adam: Adam) {
    this.#task = task;
    this.#knots = knots;
    this.#adam = adam;
    this.#batch = adam.batch;
    this.#placed = new PlacedLayers(layers, adam.batch, adam.module);
    this.#odds = new Float64Array(layers.last.outputs);
  }

  /** The layers as they are now: their numbers change with every step. */
  get layers(): Layers<Float32Array> {
    return this.#placed.layers;
  }

  /** The running mean of all that is learned moves so far towards what it is now. */
  average(share: number): void {
    this.#placed.average(share);
  }

  /** What `ask` gives while the running mean stands for what is learned. */
  averaged<T>(ask: () => T): T {
    this.#placed.swapAverage();
    const answer = ask();
    this.#placed.swapAverage();
    return answer;
  }

  /** Margins of all rows, class-major. */
  margins(columns: readonly Float64Array[], rows: number): Float64Array {
    const { layers, out } = this.#placed;
    const outputs = layers.last.outputs;
    const margins = new Float64Array(rows * outputs);
    const places = Uint32Array.from({ length: this.#batch }, (_, k) => k);
    for (let from = 0; from < rows; from += this.#batch) {
      const count = Math.min(this.#batch, rows - from);
      for (let k = 0; k < count; k++) places[k] = from + k;
      this.#forward(columns, places.subarray(0, count));
      for (let k = 0; k < count; k++)
        for (let c = 0; c < outputs; c++) margins[c * rows + from + k] = out.values[k * outputs + c]!;
    }
    return margins;
  }

  /** Adds the parts of some rows, at most a batch, to the gradients: labels of all rows, weights in the order of these. */
  learn(
    columns: readonly Float64Array[],
    rows: Uint32Array,
    labels: ArrayLike<number>,
    weights: ArrayLike<number>,
  ): void {
    this.#forward(columns, rows);
    const {
      kernels,
      layers,
      first,
      blocks,
      last,
      states,
      active,
      inner,
      innerActive,
      slopes,
      input,
      inputSlopes,
      out,
    } = this.#placed;
    const count = rows.length;
    for (let k = 0; k < count; k++) this.#toSlopes(k * last.outputs, labels[rows[k]!]!, weights[k]!);
    const [slope, inside, other] = slopes.map(({ at }) => at) as [number, number, number];
    const numbers = count * first.outputs;
    const toWeights = (layer: PlacedDense, from: number, given: number) =>
      kernels.denseWeightSlopes(given, layer.outputs, from, layer.inputs, layer.gradient, layer.biasGradient, count);
    const toInputs = (layer: PlacedDense, into: number, given: number) =>
      kernels.denseInputSlopes(layer.weights, given, layer.outputs, into, layer.inputs, count);
    const back = (layer: PlacedDense, from: number, into: number, given: number) => {
      toWeights(layer, from, given);
      toInputs(layer, into, given);
    };
    back(last, active.at(-1)!.at, slope, out.at);
    kernels.rectify(slope, states.at(-1)!.at, slope, numbers);
    for (let b = blocks.length - 1; b >= 0; b--) {
      back(blocks[b]!.outer, innerActive[b]!.at, inside, slope);
      kernels.rectify(inside, inner[b]!.at, inside, numbers);
      back(blocks[b]!.inner, active[b]!.at, other, inside);
      kernels.rectify(other, states[b]!.at, other, numbers);
      kernels.addNumbers(slope, other, numbers);
    }
    toWeights(first, input.at, slope);
    // Numbers are as they are: only what levels become is learned.
    if (layers.embeddings.length === 0) return;
    toInputs(first, inputSlopes.at, slope);
    this.#addToEmbeddings(columns, rows);
  }

  /** One step along the gradients, which are then 0 again. */
  step(share: number): void {
    const { learningRate, weightDecay } = this.#adam;
    this.#firstPower *= firstDecay;
    this.#secondPower *= secondDecay;
    this.#placed.step(learningRate * share, weightDecay, 1 - this.#firstPower, 1 - this.#secondPower);
  }

  #addToEmbeddings(columns: readonly Float64Array[], rows: Uint32Array): void {
    const { layers, gradients, inputSlopes } = this.#placed;
    const { embeddings, first } = layers;
    const numbers = columns.length - embeddings.length;
    const before = first.inputs - embeddings.reduce((sum, { width }) => sum + width, 0);
    rows.forEach((row, k) => {
      let at = k * first.inputs + before;
      embeddings.forEach(({ width }, e) => {
        const from = columns[numbers + e]![row]! * width;
        const own = gradients.embeddings[e]!.values;
        for (let j = 0; j < width; j++) own[from + j]! += inputSlopes.values[at + j]!;
        at += width;
      });
    });
  }

  #forward(columns: readonly Float64Array[], rows: Uint32Array): void {
    const { kernels, layers, first, blocks, last, states, active, inner, innerActive, input, out } = this.#placed;
    const count = rows.length;
    writeEntries(columns, rows, this.#knots, pieces, layers.embeddings, input.values, first.inputs);
    const dense = (layer: PlacedDense, from: number, to: number) => {
      kernels.denseForward(layer.across, layer.bias, from, layer.inputs, to, layer.outputs, count);
    };
    const size = count * first.outputs;
    dense(first, input.at, states[0]!.at);
    kernels.rectify(states[0]!.at, states[0]!.at, active[0]!.at, size);
    blocks.forEach((block, b) => {
      dense(block.inner, active[b]!.at, inner[b]!.at);
      kernels.rectify(inner[b]!.at, inner[b]!.at, innerActive[b]!.at, size);
      dense(block.outer, innerActive[b]!.at, states[b + 1]!.at);
      kernels.addNumbers(states[b + 1]!.at, states[b]!.at, size);
      kernels.rectify(states[b + 1]!.at, states[b + 1]!.at, active[b + 1]!.at, size);
    });
    dense(last, active.at(-1)!.at, out.at);
  }

  /** The slopes of a row's loss in place of its margins, which begin at `from`. */
  #toSlopes(from: number, label: number, weight: number): void {
    const odds = this.#odds;
    const out = this.#placed.out.values;
    if (this.#task === "regression") out[from] = felt(weight * (out[from]! - label));
    else if (this.#task === "binary") out[from] = felt(weight * (1 / (1 + exponential(-out[from]!)) - label));
    else {
      let most = out[from]!;
      for (let c = 1; c < odds.length; c++) most = Math.max(most, out[from + c]!);
      let total = 0;
      for (let c = 0; c < odds.length; c++) {
        odds[c] = exponential(out[from + c]! - most);
        total += odds[c]!;
      }
      for (let c = 0; c < odds.length; c++) out[from + c] = felt(weight * (odds[c]! / total - Number(c === label)));
    }
  }
}

/** 0 for a slope that is nothing beside Adam's 1e-8: its products would be numbers that a processor is slow with. */
function felt(slope: number): number {
  return Math.abs(slope) < 1e-20 ? 0 : slope;
}
