import { type RandomStream, randomStream } from "#kernel";
import type { Tree } from "./model.ts";
import type { GbdtOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";
import { command } from "./threads/commands.ts";

/** A grown tree as the kernels walk it. */
interface KeptTree {
  readonly at: number;
  readonly classIndex: number;
  readonly nodes: Int32Array;
  readonly tables: Uint8Array;
}

/**
 * Dropouts of boosted trees: a round learns what the others leave when some earlier rounds are taken out, and shares their
 * weight with them. Margins are kept in step; leaf values of earlier trees shrink in place.
 *
 * Random: which rounds are left out, by (seed, round).
 * Source: Rashmi, Gilad-Bachrach, "DART", AISTATS 2015; the weighted choice is LightGBM's (src/boosting/dart.hpp).
 */
export class Dropouts {
  readonly #prepared: Prepared;
  readonly #options: GbdtOptions;
  readonly #trees: Tree[];
  readonly #kept: KeptTree[] = [];
  readonly #weights: number[] = [];
  #dropped: number[] = [];

  constructor(prepared: Prepared, options: GbdtOptions, trees: Tree[]) {
    this.#prepared = prepared;
    this.#options = options;
    this.#trees = trees;
  }

  /** Takes some rounds' trees out of the margins; returns the learning rate of the round. */
  drop(seed: number, round: number): number {
    this.#dropped = this.#choose(randomStream(seed, `gbdt/drop/${round}`));
    for (const kept of this.#keptOf(this.#dropped)) this.#add(kept, -1);
    return this.#options.learningRate / (1 + this.#dropped.length);
  }

  /** Remembers the tree that was just grown and lies in the kernels' memory. */
  keep(tree: Tree, classIndex: number): void {
    const { memory, layout } = this.#prepared;
    const nodes = tree.feature.length;
    this.#kept.push({
      at: this.#kept.length,
      classIndex,
      nodes: new Int32Array(memory.buffer, layout.nodes, 3 * nodes).slice(),
      tables: new Uint8Array(memory.buffer, layout.tables, 256 * nodes).slice(),
    });
  }

  /** Puts the trees that were left out back, with their new weight. */
  restore(): void {
    const k = this.#dropped.length;
    const share = k / (k + 1);
    for (const kept of this.#keptOf(this.#dropped)) {
      const { leafValues } = this.#trees[kept.at]!;
      for (let leaf = 0; leaf < leafValues.length; leaf++) leafValues[leaf]! *= share;
      this.#add(kept, 1);
    }
    for (const round of this.#dropped) this.#weights[round]! *= share;
    this.#weights.push(this.#options.learningRate / (1 + k));
  }

  #choose(random: RandomStream): number[] {
    const { dropShare, mostDropped, skipDrop } = this.#options;
    if (this.#weights.length === 0 || random.uniform() < skipDrop) return [];
    const total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    const perWeight = this.#weights.length / total;
    const share = Math.min(dropShare, (mostDropped * perWeight) / total);
    const chosen: number[] = [];
    this.#weights.forEach((weight, round) => {
      if (random.uniform() < share * weight * perWeight && chosen.length < mostDropped) chosen.push(round);
    });
    return chosen;
  }

  #keptOf(rounds: readonly number[]): KeptTree[] {
    const { classes } = this.#prepared.layout;
    return rounds.flatMap((round) => this.#kept.slice(round * classes, (round + 1) * classes));
  }

  #add({ at, classIndex, nodes, tables }: KeptTree, sign: number): void {
    if (nodes.length === 0) return;
    const { memory, layout, team } = this.#prepared;
    const { leafValues } = this.#trees[at]!;
    new Int32Array(memory.buffer, layout.nodes, nodes.length).set(nodes);
    new Uint8Array(memory.buffer, layout.tables, tables.length).set(tables);
    new Float64Array(memory.buffer, layout.leafValues, leafValues.length).set(leafValues.map((value) => sign * value));
    team.together(command.addTree, layout.margins + 8 * classIndex * layout.rows);
    if (layout.validationRows > 0)
      team.together(command.addTreeToValidation, layout.validationMargins + 8 * classIndex * layout.validationRows);
  }
}
