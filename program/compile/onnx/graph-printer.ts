import type { LoweredWithGraphs, Table } from "../model.ts";
import type { EmbeddedGraph } from "./embed/embed-graph.ts";
import { GraphBuilder } from "./graph-builder.ts";

/** ONNX's numbers of element types, as `Cast` takes them. */
export const elementTypes = { int64: 7, bool: 9, double: 11 } as const;

/** What the printers of numbers and statements share: where each slot lies, and which values have a row dimension. */
export class GraphPrinter {
  readonly builder: GraphBuilder;
  /** Names by slot; numbers and texts are [rows, 1], vectors [rows, width]. */
  readonly numbers: string[] = [];
  readonly texts: string[] = [];
  readonly vectors: string[] = [];
  /** Vector slots that are missing whole or not at all, so that their first number tells. */
  readonly whole = new Set<number>();
  /** Values known to be whole numbers where they are not missing. */
  readonly wholes = new Set<string>();
  /** Graphs from elsewhere that stand within this one. */
  readonly embedded: EmbeddedGraph[] = [];
  /** Number slots that hold a text's place in a table of levels. */
  readonly places = new Map<number, { readonly text: string; readonly levels: readonly string[] }>();
  readonly #lowered: LoweredWithGraphs;
  readonly #tables: string[] = [];
  readonly #rowed = new Set<string>();

  constructor(lowered: LoweredWithGraphs, inputNames: readonly string[], outputNames: readonly string[]) {
    this.#lowered = lowered;
    this.builder = new GraphBuilder([...inputNames, ...outputNames]);
    lowered.inputs.forEach((input, i) => {
      const name = inputNames[i]!;
      this.#rowed.add(name);
      if (input.input.type === "integer" || input.input.type === "bool") this.wholes.add(name);
      if (input.number !== undefined) this.numbers[input.number] = name;
      else if (input.text !== undefined) this.texts[input.text] = name;
    });
  }

  node(...[op, inputs, attributes, domain]: Parameters<GraphBuilder["node"]>): string {
    return this.mark(this.builder.node(op, inputs, attributes, domain), inputs);
  }

  /** A result has rows where one of what it is made of has. */
  mark(name: string, inputs: readonly string[]): string {
    if (inputs.some((input) => this.#rowed.has(input))) this.#rowed.add(name);
    return name;
  }

  cast(value: string, to: keyof typeof elementTypes): string {
    return this.node("Cast", [value], { to: { int: elementTypes[to] } });
  }

  where(test: string, yes: string, no: string): string {
    return yes === no && this.#rowed.has(yes) ? yes : this.node("Where", [test, yes, no]);
  }

  /** A value with a row dimension: a constant is repeated for each row. */
  rows(value: string): string {
    if (this.#rowed.has(value)) return value;
    const { text, number } = this.#lowered.inputs[0]!;
    const any = text === undefined ? this.node("IsNaN", [this.numbers[number!]!]) : this.isEmpty(this.texts[text]!);
    return this.node("Where", [any, value, value]);
  }

  sideBySide(parts: readonly string[]): string {
    const rows = parts.map((part) => this.rows(part));
    return rows.length === 1 ? rows[0]! : this.node("Concat", rows, { axis: { int: 1 } });
  }

  isEmpty(text: string): string {
    return this.node("Equal", [text, this.builder.text("")]);
  }

  nan(): string {
    return this.builder.double(Number.NaN);
  }

  width(vector: number): number {
    return this.#lowered.vectors[vector]!;
  }

  table(index: number): Table {
    return this.#lowered.tables[index]!;
  }

  doubles(index: number): Float64Array {
    const table = this.table(index);
    if (table.type !== "f64") throw new TypeError("A table of doubles was expected.");
    return table.values;
  }

  levels(index: number): readonly string[] {
    const table = this.table(index);
    if (table.type !== "levels") throw new TypeError("A table of levels was expected.");
    return table.values;
  }

  doublesName(index: number): string {
    this.#tables[index] ??= this.builder.doubles(this.doubles(index));
    return this.#tables[index];
  }
}
