import type { JsonObject } from "../json.ts";
import type { Program, ProgramInput, ProgramNode, ProgramOutputs, Tensor, ValueRef } from "../model.ts";
import { pruneProgram } from "../prune.ts";
import { validateProgram } from "../validate.ts";
import type { Imported } from "./model.ts";

/** Collects the nodes of a program over inputs that are known from the start. */
export class ProgramBuilder {
  readonly inputs: readonly ProgramInput[];
  readonly tensors = new Map<string, Tensor>();
  readonly #nodes: ProgramNode[] = [];

  constructor(inputs: readonly ProgramInput[]) {
    this.inputs = inputs;
  }

  node(op: string, inputs: readonly ValueRef[], attributes: JsonObject = {}, label?: string): ValueRef {
    this.#nodes.push({ op, version: 1, inputs, attributes, ...(label === undefined ? {} : { label }) });
    return this.inputs.length + this.#nodes.length - 1;
  }

  get nodes(): readonly ProgramNode[] {
    return this.#nodes;
  }

  /** The node's attribute for a list of numbers. */
  doubles(name: string, values: ArrayLike<number>): { readonly tensor: string } {
    this.tensors.set(name, { type: "f64", values: Float64Array.from(values) });
    return { tensor: name };
  }

  /** The program, without what its score does not need. Errors: those of `validateProgram`. */
  built(outputs: ProgramOutputs): Imported {
    // the rows of leaves, which explanations need, are of format 2
    const format = this.#nodes.some(({ attributes }) => attributes.leafCover !== undefined) ? 2 : 1;
    const program: Program = pruneProgram({ format, inputs: this.inputs, nodes: this.#nodes, outputs });
    validateProgram(program, this.tensors);
    return { program, tensors: this.tensors };
  }
}

/** Class names: those given, else the numbers. */
export function classNames(count: number, given: readonly string[] | undefined): readonly string[] {
  return given ?? Array.from({ length: count }, (_, k) => String(k));
}
