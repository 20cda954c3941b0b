import { MillraceError, randomStream, shuffledIndices } from "#kernel";
import { balanced } from "../balanced.ts";
import { loadKernels } from "../kernels/load-kernels.ts";
import { meanLoss } from "../linear/losses.ts";
import type { FitContext, FitInput, FittedModel, LearningData, LearningFeature } from "../model.ts";
import { startingMargins } from "../starting-margins.ts";
import { inputColumns, knotsOfColumns, type NetworkInput, networkInputs, widthOf } from "./inputs.ts";
import { type Layers, layersWith, newDense, newEmbedding, parametersOf } from "./layers.ts";
import { networkMargins } from "./margins.ts";
import type { NetworkOptions } from "./options.ts";
import { Passes } from "./passes.ts";
import { overHinges } from "./pieces.ts";
import { type ScaledTarget, scaledTarget } from "./scaled-target.ts";

/** The mean of what is learned is over about the last ninth of the steps, however many there are. */
const averaging = 8;

export interface NetworkModel extends FittedModel {
  readonly learner: "network";
  readonly inputs: readonly NetworkInput[];
  readonly layers: Layers;
}

/**
 * A small network of dense layers with residual blocks, on numbers of unit scale and learned numbers of levels.
 *
 * It learns in 32-bit floats; losses and the finished model are doubles.
 *
 * Missing: 0 and a mark of its own; a level of its own. Random: weights and the order of rows, by the seed. Everything runs
 * on one thread in one order, so the model is the same on any number of them.
 * Errors: KERNEL_STOPPED: when the context says so; LEARN_KERNELS_MISSING; LEARN_MEMORY_SHORT.
 * Source: Gorishniy et al., "Revisiting deep learning models for tabular data", NeurIPS 2021, §3.2 (ResNet, without its
 * normalisation and dropout); Loshchilov, Hutter, "Decoupled weight decay regularization", ICLR 2019; Shamir, Zhang,
 * "Stochastic gradient descent for non-smooth optimization", ICML 2013, §4 (`averaging`: a running mean of polynomial decay).
 */
export async function fitNetwork(given: FitInput, options: NetworkOptions, context: FitContext): Promise<NetworkModel> {
  const input = options.balanced ? balanced(given) : given;
  const { train, validation, task, classes } = input;
  const outputs = task === "multiclass" ? classes : 1;
  const inputs = networkInputs(train, options.embedding, options.pieces);
  const target = scaledTarget(input);
  const begin = startingLayers(input, inputs, outputs, options, context.seed, target);
  const passes = new Passes(begin, task, knotsOfColumns(inputs), { ...options, module: await loadKernels() });
  const rows = Uint32Array.from(train.target.keys()).filter((i) => (train.weights?.[i] ?? 1) > 0);
  const meanWeight = rows.reduce((sum, row) => sum + (train.weights?.[row] ?? 1), 0) / rows.length;
  const columns = inputColumns(inputs, train.features, train.rows);
  const judge =
    validation === undefined || options.earlyStoppingRounds === 0
      ? undefined
      : { data: validation, columns: inputColumns(inputs, validation.features, validation.rows) };
  const steps = Math.ceil(rows.length / options.batch);
  const labels = train.target.map(target.of);
  const some = new Uint32Array(Math.min(options.batch, rows.length));
  const weights = new Float64Array(some.length);
  const best = { loss: Number.POSITIVE_INFINITY, round: 0, parameters: [] as readonly Float64Array[] };
  const asked = <T>(ask: () => T): T => (options.averaging ? passes.averaged(ask) : ask());
  let round = 0;
  for (; round < options.rounds; round++) {
    if (context.stopping()) throw stopped(round, options.rounds);
    context.progress({ what: "passes over the rows", done: round, total: options.rounds });
    const order = shuffledIndices(rows.length, randomStream(context.seed, `network/order/${round}`));
    for (let step = 0; step < steps; step++) {
      // A pass over many rows is long.
      if (step > 0 && context.stopping()) throw stopped(round, options.rounds);
      const from = step * options.batch;
      const count = Math.min(rows.length - from, options.batch);
      for (let k = 0; k < count; k++) {
        some[k] = rows[order[from + k]!]!;
        weights[k] = (train.weights?.[some[k]!] ?? 1) / meanWeight / count;
      }
      passes.learn(columns, some.subarray(0, count), labels, weights);
      passes.step(schedule((round + step / steps) / options.rounds));
      if (options.averaging) passes.average((averaging + 1) / (round * steps + step + 1 + averaging));
    }
    if (judge === undefined) continue;
    const loss = asked(() => lossOf(input, passes, judge.data, judge.columns, target));
    if (loss < best.loss - 1e-6) {
      const parameters = asked(() => copyOf(passes.layers));
      Object.assign(best, { loss, round: round + 1, parameters });
    } else if (round + 1 - best.round >= options.earlyStoppingRounds) break;
  }
  const layers = layersWith(passes.layers, best.round > 0 ? best.parameters : asked(() => copyOf(passes.layers)));
  const trained = best.round > 0 ? best.round : Math.min(round, options.rounds);
  const parameters = parametersOf(layers).reduce((sum, values) => sum + values.length, 0);
  return {
    learner: "network",
    task,
    classes,
    inputs,
    layers: withHinges(target.unscaled(layers), inputs),
    facts: { rounds: trained, weights: parameters },
  };
}

function withHinges(layers: Layers, inputs: readonly NetworkInput[]): Layers {
  const numbers = inputs.flatMap((input) =>
    input.kind === "number" ? [{ knots: input.knots, before: input.mark ? 2 : 1 }] : [],
  );
  return { ...layers, first: overHinges(layers.first, numbers) };
}

/** Out of the kernels' memory, as the doubles of a model. */
function copyOf(layers: Layers<Float32Array>): readonly Float64Array[] {
  return parametersOf(layers).map((values) => Float64Array.from(values));
}

/** A cosine from 1 to nearly 0. A Taylor polynomial serves: `Math.cos` differs between machines. */
function schedule(share: number): number {
  const x = (share - 0.5) * Math.PI;
  const square = x * x;
  const sine = x * (1 - (square / 6) * (1 - (square / 20) * (1 - (square / 42) * (1 - square / 72))));
  return Math.max(0.02, 0.5 - 0.5 * sine);
}

function startingLayers(
  input: FitInput,
  inputs: readonly NetworkInput[],
  outputs: number,
  { width, blocks }: NetworkOptions,
  seed: number,
  target: ScaledTarget,
): Layers {
  const random = randomStream(seed, "network/weights");
  const last = newDense(width, outputs, random, 0.3);
  startingMargins(input).forEach((margin, c) => {
    last.bias[c] = target.of(margin);
  });
  return {
    embeddings: inputs.flatMap((own) => (own.kind === "level" ? [newEmbedding(own.levels, own.width, random)] : [])),
    first: newDense(widthOf(inputs), width, random),
    blocks: Array.from({ length: blocks }, () => ({
      inner: newDense(width, width, random),
      outer: newDense(width, width, random, 0.3),
    })),
    last,
  };
}

function lossOf(
  { task, classes }: FitInput,
  passes: Passes,
  data: LearningData,
  columns: readonly Float64Array[],
  target: ScaledTarget,
): number {
  const margins = passes.margins(columns, data.rows);
  const total = data.weights?.reduce((sum, weight) => sum + weight, 0) ?? data.rows;
  return meanLoss(task, classes, margins, data.target.map(target.of), data.weights, total);
}

/** Margins, class-major, as the program gives them. */
export function predictNetwork(model: NetworkModel, features: readonly LearningFeature[], rows: number): Float64Array {
  return networkMargins(model.layers, knotsOfColumns(model.inputs), inputColumns(model.inputs, features, rows), rows);
}

function stopped(round: number, total: number): MillraceError {
  return new MillraceError("KERNEL_STOPPED", {
    message: `Training was stopped after ${round} of ${total} passes.`,
    next: "Run again to start the training anew.",
  });
}
