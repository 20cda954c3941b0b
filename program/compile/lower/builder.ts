import type { InputType, ProgramInput } from "../../model.ts";
import type { Attributes } from "../../operators/attributes.ts";
import type { ValueType } from "../../operators/operator.ts";
import type { Forest, GraphStatement, Num, Part, Statement, Table, Text } from "../model.ts";
import { singleLeaves } from "./single-leaves.ts";

/** Where a value of the graph lies after lowering. */
export type Value =
  | { readonly type: "number"; readonly slot: number }
  | { readonly type: "string"; readonly slot: number }
  | { readonly type: "vector"; readonly slot: number; readonly width: number };

export interface LoweringContext {
  readonly builder: LoweringBuilder;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly result: ValueType;
}

/** Writes the statements of one operator and says where its result lies. */
export type Lowering = (context: LoweringContext) => Value;

/** A list of texts lies in a text slot. */
export const isTextInput = (type: InputType) => type === "string" || type === "strings";

/** Whether forests keep leaves with a number for each class (`wide`), or become trees of one class each. */
export type Leaves = "single" | "wide";

/** Hands out slots and tables, and collects statements. Equal tables are kept once. */
export class LoweringBuilder {
  #numbers = 0;
  #texts = 0;
  readonly #vectors: number[] = [];
  readonly #tables: Table[] = [];
  readonly #tableKeys = new Map<string, number>();
  readonly #statements: (Statement | GraphStatement)[] = [];
  readonly #leaves: Leaves;

  constructor(leaves: Leaves) {
    this.#leaves = leaves;
  }

  inputSlot({ type, width = 1 }: ProgramInput): Value {
    if (type === "vector") return { type, slot: this.#vectors.push(width) - 1, width };
    return isTextInput(type) ? { type: "string", slot: this.#texts++ } : { type: "number", slot: this.#numbers++ };
  }

  number(value: Num): Value & { type: "number" } {
    const slot = this.#numbers++;
    this.#statements.push({ do: "num", slot, value });
    return { type: "number", slot };
  }

  /** A value that is used more than once, computed once. */
  once(value: Num): Num {
    return value.k === "const" || value.k === "num" ? value : { k: "num", slot: this.number(value).slot };
  }

  text(value: Text): Value {
    const slot = this.#texts++;
    this.#statements.push({ do: "text", slot, value });
    return { type: "string", slot };
  }

  vector(width: number, statement: (slot: number) => Statement | GraphStatement): Value & { type: "vector" } {
    const slot = this.#vectors.push(width) - 1;
    this.#statements.push(statement(slot));
    return { type: "vector", slot, width };
  }

  /** The slot of a statement that writes a number, or a text. */
  numberOf(statement: (slot: number) => Statement | GraphStatement): Value {
    const slot = this.#numbers++;
    this.#statements.push(statement(slot));
    return { type: "number", slot };
  }

  textOf(statement: (slot: number) => Statement): Value {
    const slot = this.#texts++;
    this.#statements.push(statement(slot));
    return { type: "string", slot };
  }

  dot(input: number, weights: number, bias: number): Value {
    const slot = this.#numbers++;
    this.#statements.push({ do: "dot", slot, input, weights, bias });
    return { type: "number", slot };
  }

  forest(features: readonly number[], given: Forest): Value {
    const forest = this.#leaves === "wide" ? given : singleLeaves(given);
    const width = forest.bases.length;
    if (width > 1) return this.vector(width, (vector) => ({ do: "forest", to: { vector }, features, forest }));
    const slot = this.#numbers++;
    this.#statements.push({ do: "forest", to: { number: slot }, features, forest });
    return { type: "number", slot };
  }

  /** Numbers and vectors side by side, as one vector slot. */
  sideBySide(values: readonly Value[]): Value & { type: "vector" } {
    const [only] = values;
    if (values.length === 1 && only?.type === "vector") return only;
    const width = values.reduce((sum, value) => sum + (value.type === "vector" ? value.width : 1), 0);
    const parts = values.map(
      (value): Part => (value.type === "vector" ? { vector: value.slot } : { number: value.slot }),
    );
    return this.vector(width, (slot) => ({ do: "join", slot, parts }));
  }

  doubles(values: Float64Array): number {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    let key = "d";
    for (const byte of bytes) key += String.fromCharCode(byte);
    return this.#table(key, { type: "f64", values });
  }

  levels(values: readonly string[]): number {
    return this.#table(`l${JSON.stringify(values)}`, { type: "levels", values });
  }

  built() {
    return {
      numbers: this.#numbers,
      texts: this.#texts,
      vectors: this.#vectors,
      tables: this.#tables,
      statements: this.#statements,
    };
  }

  #table(key: string, table: Table): number {
    const known = this.#tableKeys.get(key);
    if (known !== undefined) return known;
    const index = this.#tables.push(table) - 1;
    this.#tableKeys.set(key, index);
    return index;
  }
}
