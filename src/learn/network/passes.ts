import { exponential } from "../kernels/twin-numbers.ts";
import type { LearningTask } from "../model.ts";
import { backward, forward, type Layers, layersWith, parametersOf, relu } from "./layers.ts";

interface Adam {
  readonly learningRate: number;
  readonly weightDecay: number;
}

const [firstDecay, secondDecay, tiny] = [0.9, 0.999, 1e-8];

/** Rows through the layers and back, and Adam's steps. Source: Kingma, Ba, "Adam", ICLR 2015, algorithm 1. */
export class Passes {
  readonly #layers: Layers;
  readonly #task: LearningTask;
  readonly #adam: Adam | undefined;
  readonly #gradient: Layers;
  readonly #parameters: readonly Float64Array[];
  readonly #gradients: readonly Float64Array[];
  readonly #means: readonly Float64Array[];
  readonly #squares: readonly Float64Array[];
  /** Each block's input (the first layer's output first), and what is inside it. */
  readonly #states: readonly Float64Array[];
  readonly #active: readonly Float64Array[];
  readonly #inner: readonly Float64Array[];
  readonly #innerActive: readonly Float64Array[];
  readonly #input: Float64Array;
  readonly #out: Float64Array;
  readonly #slopes: readonly Float64Array[];
  #firstPower = 1;
  #secondPower = 1;

  constructor(layers: Layers, task: LearningTask, adam?: Adam) {
    this.#layers = layers;
    this.#task = task;
    this.#adam = adam;
    this.#parameters = parametersOf(layers);
    const zeros = () => this.#parameters.map((values) => new Float64Array(values.length));
    this.#gradients = zeros();
    this.#means = zeros();
    this.#squares = zeros();
    this.#gradient = layersWith(layers, this.#gradients);
    const width = layers.first.outputs;
    const states = (count: number) => Array.from({ length: count }, () => new Float64Array(width));
    this.#states = states(layers.blocks.length + 1);
    this.#active = states(layers.blocks.length + 1);
    this.#inner = states(layers.blocks.length);
    this.#innerActive = states(layers.blocks.length);
    this.#slopes = states(3);
    this.#input = new Float64Array(layers.first.inputs);
    this.#out = new Float64Array(layers.last.outputs);
  }

  /** Margins of all rows, class-major. */
  margins(columns: readonly Float64Array[], rows: number): Float64Array {
    const outputs = this.#out.length;
    const margins = new Float64Array(rows * outputs);
    for (let i = 0; i < rows; i++) {
      this.#forward(columns, i);
      for (let c = 0; c < outputs; c++) margins[c * rows + i] = this.#out[c]!;
    }
    return margins;
  }

  /** Adds one row's part to the gradients. */
  learn(columns: readonly Float64Array[], row: number, label: number, weight: number): void {
    this.#forward(columns, row);
    this.#toSlopes(label, weight);
    const { first, blocks, last, embeddings } = this.#layers;
    const [slope, inside, other] = this.#slopes as [Float64Array, Float64Array, Float64Array];
    backward(last, this.#active.at(-1)!, this.#out, this.#gradient.last, slope);
    mask(slope, this.#states.at(-1)!);
    for (let b = blocks.length - 1; b >= 0; b--) {
      const { inner, outer } = blocks[b]!;
      const gradient = this.#gradient.blocks[b]!;
      backward(outer, this.#innerActive[b]!, slope, gradient.outer, inside);
      mask(inside, this.#inner[b]!);
      backward(inner, this.#active[b]!, inside, gradient.inner, other);
      mask(other, this.#states[b]!);
      for (let k = 0; k < slope.length; k++) slope[k]! += other[k]!;
    }
    const inputSlope = new Float64Array(first.inputs);
    backward(first, this.#input, slope, this.#gradient.first, inputSlope);
    let at = first.inputs - embeddings.reduce((sum, { width }) => sum + width, 0);
    embeddings.forEach(({ width }, e) => {
      const from = columns[columns.length - embeddings.length + e]![row]! * width;
      const own = this.#gradient.embeddings[e]!.values;
      for (let k = 0; k < width; k++) own[from + k]! += inputSlope[at + k]!;
      at += width;
    });
  }

  /** One step along the gradients, which are then 0 again. */
  step(share: number): void {
    const { learningRate, weightDecay } = this.#adam!;
    this.#firstPower *= firstDecay;
    this.#secondPower *= secondDecay;
    const rate = learningRate * share;
    this.#parameters.forEach((values, p) => {
      const [gradients, means, squares] = [this.#gradients[p]!, this.#means[p]!, this.#squares[p]!];
      for (let k = 0; k < values.length; k++) {
        const g = gradients[k]!;
        means[k] = firstDecay * means[k]! + (1 - firstDecay) * g;
        squares[k] = secondDecay * squares[k]! + (1 - secondDecay) * g * g;
        const mean = means[k]! / (1 - this.#firstPower);
        const square = squares[k]! / (1 - this.#secondPower);
        values[k]! -= rate * (mean / (Math.sqrt(square) + tiny) + weightDecay * values[k]!);
      }
      gradients.fill(0);
    });
  }

  /** Columns: numbers and marks first, then codes, in the order of the embeddings. */
  #forward(columns: readonly Float64Array[], row: number): void {
    const { embeddings, first, blocks, last } = this.#layers;
    const numbers = columns.length - embeddings.length;
    for (let k = 0; k < numbers; k++) this.#input[k] = columns[k]![row]!;
    let at = numbers;
    embeddings.forEach(({ width, values }, e) => {
      const from = columns[numbers + e]![row]! * width;
      for (let k = 0; k < width; k++) this.#input[at + k] = values[from + k]!;
      at += width;
    });
    forward(first, this.#input, this.#states[0]!);
    relu(this.#states[0]!, this.#active[0]!);
    blocks.forEach(({ inner, outer }, b) => {
      const [state, next] = [this.#states[b]!, this.#states[b + 1]!];
      forward(inner, this.#active[b]!, this.#inner[b]!);
      relu(this.#inner[b]!, this.#innerActive[b]!);
      forward(outer, this.#innerActive[b]!, next);
      for (let k = 0; k < next.length; k++) next[k] = state[k]! + next[k]!;
      relu(next, this.#active[b + 1]!);
    });
    forward(last, this.#active.at(-1)!, this.#out);
  }

  /** The margins' slopes of the loss, in their place. */
  #toSlopes(label: number, weight: number): void {
    const out = this.#out;
    if (this.#task === "regression") out[0] = weight * (out[0]! - label);
    else if (this.#task === "binary") out[0] = weight * (1 / (1 + exponential(-out[0]!)) - label);
    else {
      let most = out[0]!;
      for (let c = 1; c < out.length; c++) most = Math.max(most, out[c]!);
      let total = 0;
      for (let c = 0; c < out.length; c++) {
        out[c] = exponential(out[c]! - most);
        total += out[c]!;
      }
      for (let c = 0; c < out.length; c++) out[c] = weight * (out[c]! / total - Number(c === label));
    }
  }
}

/** A rectifier lets slopes through where its input is above 0. */
function mask(slope: Float64Array, input: Float64Array): void {
  for (let k = 0; k < slope.length; k++) if (!(input[k]! > 0)) slope[k] = 0;
}
