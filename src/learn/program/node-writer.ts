import type { JsonObject, ProgramNode, Tensor, ValueRef } from "@millrace/program";
import type { FeatureRefs, LearningTask, ModelNodes } from "../model.ts";
import { linkNode } from "./link-node.ts";

/** Writes a model's nodes one after the other, each under the position that it gets in the program. */
export class NodeWriter {
  readonly #nodes: ProgramNode[] = [];
  readonly #tensors = new Map<string, Tensor>();
  readonly #plan: FeatureRefs;

  constructor(plan: FeatureRefs) {
    this.#plan = plan;
  }

  add(op: string, inputs: readonly ValueRef[], attributes: JsonObject = {}, label?: string): ValueRef {
    this.#nodes.push({ op, version: 1, inputs: [...inputs], attributes, ...(label === undefined ? {} : { label }) });
    return this.#plan.nextRef + this.#nodes.length - 1;
  }

  /** A reference to numbers in the tensor file. */
  tensor(name: string, values: Float64Array): { readonly tensor: string } {
    const own = `${this.#plan.prefix}${name}`;
    this.#tensors.set(own, { type: "f64", values });
    return { tensor: own };
  }

  /** Sums of weights and inputs: a number, or a vector where there are several biases. */
  linear(
    name: string,
    inputs: readonly ValueRef[],
    weights: Float64Array,
    bias: Float64Array,
    label?: string,
  ): ValueRef {
    const attributes = {
      weights: this.tensor(`${name}.weights`, weights),
      bias: this.tensor(`${name}.bias`, bias),
      ...(bias.length > 1 ? { outputs: bias.length } : {}),
    };
    return this.add("linear", inputs, attributes, label);
  }

  /** Nodes that were written elsewhere for the next position. */
  append(made: Pick<ModelNodes, "nodes" | "tensors">): void {
    for (const node of made.nodes) this.#nodes.push(node);
    for (const [name, tensor] of made.tensors) this.#tensors.set(name, tensor);
  }

  get next(): ValueRef {
    return this.#plan.nextRef + this.#nodes.length;
  }

  finish(task: LearningTask, margin: ValueRef): ModelNodes {
    this.#nodes.push(linkNode(task, margin));
    return { nodes: this.#nodes, tensors: this.#tensors, margin, score: this.next - 1 };
  }
}
