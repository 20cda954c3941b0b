import type { JsonObject, JsonValue, ProgramInput, ProgramNode, Tensor, ValueRef } from "@millrace/program";
import type { FeaturePlan, LeftOut, PlanFeature } from "./model.ts";

/** Collects the nodes, tensors and features of a plan. Equal nodes are made once. */
export class PlanBuilder {
  readonly #inputs: readonly ProgramInput[];
  readonly #nodes: ProgramNode[] = [];
  readonly #tensors = new Map<string, Tensor>();
  readonly #features: PlanFeature[] = [];
  readonly #overrides = new Map<string, Float64Array>();
  readonly #made = new Map<string, ValueRef>();

  constructor(inputs: readonly ProgramInput[]) {
    this.#inputs = inputs;
  }

  node(op: string, inputs: readonly ValueRef[], attributes: JsonObject, label: string): ValueRef {
    const key = JSON.stringify([op, inputs, attributes]);
    const existing = this.#made.get(key);
    if (existing !== undefined) return existing;
    this.#nodes.push({ op, version: 1, inputs, attributes, label: label.slice(0, 200).toWellFormed() });
    const ref = this.#inputs.length + this.#nodes.length - 1;
    this.#made.set(key, ref);
    return ref;
  }

  tensor(values: Float64Array): JsonValue {
    const name = `features.${String(this.#tensors.size).padStart(4, "0")}`;
    this.#tensors.set(name, { type: "f64", values });
    return { tensor: name };
  }

  feature(feature: PlanFeature, override?: Float64Array): void {
    this.#features.push(feature);
    if (override !== undefined) this.#overrides.set(feature.name, override);
  }

  finish(leftOut: readonly LeftOut[], trainingRows: number): FeaturePlan {
    return {
      inputs: this.#inputs,
      nodes: this.#nodes,
      tensors: this.#tensors,
      features: this.#features,
      leftOut,
      trainingRows,
      trainingOverrides: this.#overrides,
    };
  }
}
