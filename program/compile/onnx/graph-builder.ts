import type { OnnxAttribute, OnnxNode, OnnxTensor, OnnxValue } from "./onnx-model.ts";

export const mlDomain = "ai.onnx.ml";
export const microsoftDomain = "com.microsoft";

/**
 * Collects the nodes of a graph in order, under names of its own that never meet the given ones. Equal nodes and equal
 * constants are kept once.
 */
export class GraphBuilder {
  readonly #reserved: ReadonlySet<string>;
  readonly #nodes: OnnxNode[] = [];
  readonly #known = new Map<string, string>();
  readonly #constants = new Map<string, OnnxTensor>();
  readonly #types = new Map<string, OnnxValue>();
  #next = 0;

  constructor(reserved: Iterable<string>) {
    this.#reserved = new Set(reserved);
  }

  /** The name of the node's result. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = "",
  ): string {
    const key = Object.values(attributes).every((value) => "int" in value)
      ? JSON.stringify([op, inputs, attributes, domain])
      : undefined;
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const output = this.#name("v");
    this.#nodes.push({ op, domain, inputs, output, attributes });
    if (key !== undefined) this.#known.set(key, output);
    return output;
  }

  /** As `node`, to a name that is given: an output of the graph. */
  output(
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ) {
    this.#nodes.push({ op, domain: "", inputs, output: name, attributes });
  }

  constant(value: OnnxTensor): string {
    const small = value.values.length <= 64;
    // JSON has no NaN, ±Infinity and −0
    const parts = Array.from<number | string, string>(value.values, (part) =>
      typeof part === "string" || Number.isFinite(part) ? JSON.stringify(part) : `${part}`,
    );
    const key = small ? `${value.type} ${value.shape.join()} ${parts.join()}` : undefined;
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const name = this.#name("c");
    this.#constants.set(name, value);
    if (key !== undefined) this.#known.set(key, name);
    return name;
  }

  double(value: number): string {
    return this.constant({ type: "double", shape: [], values: [value] });
  }

  doubles(values: ArrayLike<number>): string {
    return this.constant({ type: "double", shape: [values.length], values });
  }

  integers(values: ArrayLike<number>): string {
    return this.constant({ type: "int64", shape: [values.length], values });
  }

  text(value: string): string {
    return this.constant({ type: "string", shape: [], values: [value] });
  }

  /** States a type that no checker can infer. */
  typed(value: OnnxValue): void {
    this.#types.set(value.name, value);
  }

  /** What the outputs depend on, and nothing else. */
  built(outputs: readonly string[]): {
    nodes: OnnxNode[];
    constants: ReadonlyMap<string, OnnxTensor>;
    inner: OnnxValue[];
  } {
    const needed = new Set(outputs);
    for (const { output, inputs } of this.#nodes.toReversed())
      if (needed.has(output)) for (const input of inputs) needed.add(input);
    return {
      nodes: this.#nodes.filter(({ output }) => needed.has(output)),
      constants: new Map([...this.#constants].filter(([name]) => needed.has(name))),
      inner: [...this.#types.values()].filter(({ name }) => needed.has(name)),
    };
  }

  #name(prefix: string): string {
    let name: string;
    do name = `${prefix}${this.#next++}`;
    while (this.#reserved.has(name));
    return name;
  }
}
