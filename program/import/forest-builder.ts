import type { JsonObject } from "../json.ts";
import type { Tensor } from "../model.ts";

/** A node as a library stores it: children are its own node numbers. */
export type SourceNode =
  | {
      readonly leaf: number;
      /** Rows that reached it, where the library says so. */
      readonly cover?: number | undefined;
    }
  | {
      /** Position among the inputs of the forest. */
      readonly feature: number;
      /** Left where x ≤ threshold, or where the bit of x is set. */
      readonly test: { readonly threshold: number } | { readonly bits: readonly number[] };
      readonly missingLeft: boolean;
      readonly left: number;
      readonly right: number;
    };

export interface SourceTree {
  readonly root: number;
  /** The node of a number; throws where there is none. */
  node(id: number): SourceNode;
  /** How many nodes there are at most: a walk that meets more of them runs in a circle. */
  readonly size: number;
}

/** Collects trees, children after their parents, into the attributes and tensors of the operator `trees`. */
export class ForestBuilder {
  readonly #treeStart: number[] = [];
  readonly #feature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #missingLeft: number[] = [];
  readonly #categorical: number[] = [];
  readonly #bitsetStart: number[] = [0];
  readonly #bitsets: number[] = [];
  readonly #leafValue: number[] = [];
  readonly #leafCover: number[] = [];

  /** Adds a tree to the class that is next in turn. `circular` makes the error for a tree that runs in a circle. */
  add(tree: SourceTree, circular: () => Error): void {
    let met = 0;
    const open: { readonly id: number; readonly link: (ref: number) => void }[] = [
      { id: tree.root, link: (ref) => this.#treeStart.push(ref) },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (++met > tree.size) throw circular();
      const node = tree.node(next.id);
      if ("leaf" in node) {
        if (node.cover !== undefined) this.#leafCover.push(node.cover);
        next.link(~(this.#leafValue.push(node.leaf) - 1));
        continue;
      }
      const at = this.#push(node);
      next.link(at);
      open.push({
        id: node.right,
        link: (ref) => {
          this.#right[at] = ref;
        },
      });
      open.push({
        id: node.left,
        link: (ref) => {
          this.#left[at] = ref;
        },
      });
    }
  }

  addLeaf(value: number): void {
    this.#treeStart.push(~(this.#leafValue.push(value) - 1));
  }

  /** Attributes that name tensors, which are put into `tensors`. */
  attributes(bases: readonly number[], tensors: Map<string, Tensor>): JsonObject {
    const prefix = tensors.has("trees.treeStart") ? `trees.${tensors.size}` : "trees";
    const put = (part: string, tensor: Tensor) => {
      const name = `${prefix}.${part}`;
      tensors.set(name, tensor);
      return { tensor: name };
    };
    const i32 = (name: string, values: readonly number[]) =>
      put(name, { type: "i32", values: Int32Array.from(values) });
    const u8 = (name: string, values: readonly number[]) => put(name, { type: "u8", values: Uint8Array.from(values) });
    const f64 = (name: string, values: readonly number[]) =>
      put(name, { type: "f64", values: Float64Array.from(values) });
    return {
      base: bases.length === 1 ? bases[0]! : [...bases],
      classes: bases.length,
      treeStart: i32("treeStart", this.#treeStart),
      feature: i32("feature", this.#feature),
      threshold: f64("threshold", this.#threshold),
      left: i32("left", this.#left),
      right: i32("right", this.#right),
      missingLeft: u8("missingLeft", this.#missingLeft),
      categorical: u8("categorical", this.#categorical),
      bitsetStart: i32("bitsetStart", this.#bitsetStart),
      bitsets: put("bitsets", { type: "u32", values: Uint32Array.from(this.#bitsets) }),
      leafValue: f64("leafValue", this.#leafValue),
      ...(this.#leafCover.length > 0 && this.#leafCover.length === this.#leafValue.length
        ? { leafCover: f64("leafCover", this.#leafCover) }
        : {}),
    };
  }

  #push({ feature, test, missingLeft }: Exclude<SourceNode, { leaf: number }>): number {
    const isSet = "bits" in test;
    if (isSet) for (const word of test.bits) this.#bitsets.push(word);
    this.#bitsetStart.push(this.#bitsets.length);
    this.#threshold.push(isSet ? 0 : test.threshold);
    this.#categorical.push(isSet ? 1 : 0);
    this.#missingLeft.push(missingLeft ? 1 : 0);
    this.#left.push(0);
    this.#right.push(0);
    return this.#feature.push(feature) - 1;
  }
}
