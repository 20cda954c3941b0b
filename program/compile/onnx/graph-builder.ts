import type { EncodedNodes, OnnxAttribute, OnnxNode, OnnxTensor, OnnxValue } from "./onnx-model.ts";

/**
 * Collects the nodes of a graph in order, under names of its own that never meet the given ones. Equal nodes and equal
 * constants are kept once.
 */
export class GraphBuilder {
  readonly #reserved: ReadonlySet<string>;
  readonly #nodes: (OnnxNode | EncodedNodes)[] = [];
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

  /** The nodes of another graph; their names begin with what `prefix` gave. */
  embed(nodes: EncodedNodes): void {
    this.#nodes.push(nodes);
  }

  /** What no name given or made begins with, but for those of one embedded graph. */
  prefix(): string {
    let prefix: string;
    do prefix = `g${this.#next++}.`;
    while ([...this.#reserved].some((name) => name.startsWith(prefix)));
    return prefix;
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
    nodes: (OnnxNode | EncodedNodes)[];
    initializers: Uint8Array[];
    sparseInitializers: Uint8Array[];
    constants: ReadonlyMap<string, OnnxTensor>;
    inner: OnnxValue[];
  } {
    const needed = new Set(outputs);
    for (const { output, inputs } of this.#nodes.toReversed())
      if (needed.has(output)) for (const input of inputs) needed.add(input);
    const nodes = this.#nodes.filter(({ output }) => needed.has(output));
    const embedded = nodes.flatMap((node) => ("encoded" in node ? node : []));
    return {
      nodes,
      initializers: embedded.flatMap(({ initializers }) => initializers),
      sparseInitializers: embedded.flatMap(({ sparseInitializers }) => sparseInitializers),
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
