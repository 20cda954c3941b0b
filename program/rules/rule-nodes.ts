import { ProgramBuilder } from "../import/program-builder.ts";
import type { JsonObject } from "../json.ts";
import type { ProgramInput, ValueRef } from "../model.ts";
import { definitionInvalid } from "./problem.ts";
import type { Relation } from "./syntax.ts";

const mostNodes = 20_000;

/** The nodes of a rule: one for each thing that is computed, however often it is written. */
export class RuleNodes {
  readonly builder: ProgramBuilder;
  readonly #made = new Map<string, ValueRef>();
  readonly #lists = new Map<string, string>();

  constructor(inputs: readonly ProgramInput[]) {
    this.builder = new ProgramBuilder(inputs);
  }

  node(op: string, inputs: readonly ValueRef[], attributes: JsonObject = {}): ValueRef {
    const key = JSON.stringify([op, inputs, attributes]);
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    if (this.#made.size >= mostNodes)
      throw definitionInvalid(`The rule needs more than ${mostNodes} operators`, "Write it with fewer cases.");
    const made = this.builder.node(op, inputs, attributes);
    this.#made.set(key, made);
    return made;
  }

  /** The attribute for a list of numbers; equal lists are kept once. */
  doubles(values: readonly number[]): JsonObject {
    const key = values.join(" ");
    const name = this.#lists.get(key) ?? `rule.${this.#lists.size}`;
    this.#lists.set(key, name);
    return this.builder.doubles(name, values);
  }

  /** A number that is the same in every row: no operator gives one, so a flag of the first column is held at it. */
  constant(value: number): ValueRef {
    return this.node("clip", [this.node("isMissing", [0])], { low: value, high: value });
  }

  /** 0 ÷ 0. */
  missing(): ValueRef {
    return this.node("divide", [this.constant(0), this.constant(0)]);
  }

  unknown(): ValueRef {
    return this.compare("equal", this.missing(), this.constant(0));
  }

  truth(value: boolean): ValueRef {
    return this.compare("equal", this.constant(value ? 1 : 0), this.constant(1));
  }

  compare(relation: Relation, a: ValueRef, b: ValueRef): ValueRef {
    return this.node("compare", [a, b], { relation });
  }

  not(a: ValueRef): ValueRef {
    return this.node("not", [a]);
  }

  /** `and` or `or` of any number of bools. */
  all(op: "and" | "or", items: readonly ValueRef[]): ValueRef {
    if (items.length === 0) return this.truth(op === "and");
    return items.length === 1 ? items[0]! : this.node(op, items);
  }

  isMissing(a: ValueRef): ValueRef {
    return this.compare("equal", this.node("isMissing", [a]), this.constant(1));
  }

  /** True where the bool is, false where it is false or missing. */
  surely(a: ValueRef): ValueRef {
    return this.compare("equal", this.node("impute", [this.node("toNumber", [a])], { value: 0 }), this.constant(1));
  }

  choose(test: ValueRef, yes: ValueRef, no: ValueRef): ValueRef {
    return this.node("choose", [test, yes, no]);
  }

  /** `choose` of bools; `test` is never missing. */
  chooseBool(test: ValueRef, yes: ValueRef, no: ValueRef): ValueRef {
    return this.all("or", [this.all("and", [test, yes]), this.all("and", [this.not(test), no])]);
  }
}
