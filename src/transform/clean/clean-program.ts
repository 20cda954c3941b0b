import {
  type InputDomain,
  type JsonObject,
  type Program,
  type ProgramNode,
  type Tensor,
  type Tensors,
  type ValueRef,
  validateProgram,
} from "@millrace/program";
import { mapOutputs, pruneProgram } from "@millrace/program/write";
import { MillraceError } from "#kernel";
import {
  type Cleaning,
  type CleaningInput,
  type ColumnCleaning,
  checkFit,
  cleaningSchema,
  cleanText,
} from "./recipe.ts";

/**
 * A program that was made over cleaned rows, as one that takes rows as they come: `cleanProgram(p)(raw) = p(cleanFrame(raw))`.
 *
 * Numbers pass through nodes before their features; tables of texts get the raw spellings as entries, since a program has
 * no text of its own making. Every target has these operators.
 * Errors: TRANSFORM_CLEANING_UNFIT: also where texts are hashed or embedded, which no table stands for.
 */
export function cleanProgram(
  program: Program,
  tensors: Tensors,
  given: CleaningInput,
): { readonly program: Program; readonly tensors: Tensors } {
  const cleaning = new CleanNodes(program, tensors, cleaningSchema.parse(given));
  return cleaning.finish();
}

/** The raw values that are usual: those which clean ones are made of. What means missing is usual where missing is allowed. */
function rawDomain({ levels, low, high }: InputDomain, column: ColumnCleaning, missingAllowed: boolean): InputDomain {
  const nulls = missingAllowed ? column.nullValues : [];
  if (levels !== undefined) {
    const known = new Set(levels);
    const merged = Object.keys(column.merge).filter((raw) => known.has(column.merge[raw]!));
    return { levels: [...new Set([...levels, ...merged, ...(nulls as string[])])] };
  }
  const [least, most] = column.clip ?? [null, null];
  const [from, to] = [
    Math.min(low ?? Infinity, ...(nulls as number[])),
    Math.max(high ?? -Infinity, ...(nulls as number[])),
  ];
  // Whatever lies beyond a bound within the range is set to that bound.
  const lowEnds = low !== undefined && (least === null || least < low);
  const highEnds = high !== undefined && (most === null || most > high);
  return { ...(lowEnds && { low: from }), ...(highEnds && { high: to }) };
}

class CleanNodes {
  readonly #program: Program;
  readonly #recipe: Cleaning;
  readonly #tensors: Map<string, Tensor>;
  readonly #nodes: ProgramNode[] = [];
  /** Where each value of the old program is in the new one. */
  readonly #places: ValueRef[] = [];

  constructor(program: Program, tensors: Tensors, recipe: Cleaning) {
    this.#program = program;
    this.#tensors = new Map(tensors);
    this.#recipe = recipe;
  }

  finish(): { readonly program: Program; readonly tensors: Tensors } {
    const { inputs, nodes, outputs } = this.#program;
    inputs.forEach(({ name, type }, ref) => {
      const column = this.#recipeOf(ref);
      if (column !== undefined) checkFit(name, type, column);
      this.#places.push(column === undefined || type === "string" ? ref : this.#numbers(ref, column));
    });
    for (const node of nodes) this.#places.push(this.#place(node));
    const program = pruneProgram({
      ...this.#program,
      inputs: inputs.map((input, ref) => {
        const column = this.#recipeOf(ref);
        if (column === undefined || input.domain === undefined) return input;
        const { domain, ...rest } = input;
        const usual = rawDomain(domain, column, input.missingAllowed);
        return Object.keys(usual).length === 0 ? rest : { ...rest, domain: usual };
      }),
      nodes: this.#nodes,
      outputs: mapOutputs(outputs, (ref) => this.#places[ref]!),
    });
    const named = JSON.stringify(program.nodes.map(({ attributes }) => attributes));
    const used = new Map([...this.#tensors].filter(([name]) => named.includes(JSON.stringify({ tensor: name }))));
    validateProgram(program, used);
    return { program, tensors: used };
  }

  #recipeOf(ref: ValueRef | undefined): ColumnCleaning | undefined {
    const name = ref === undefined ? undefined : this.#program.inputs[ref]?.name;
    return name !== undefined && Object.hasOwn(this.#recipe, name) ? this.#recipe[name] : undefined;
  }

  #node(op: string, inputs: readonly ValueRef[], attributes: JsonObject, label: string): ValueRef {
    const named = label === "" ? {} : { label: label.slice(0, 200).toWellFormed() };
    this.#nodes.push({ op, version: 1, inputs, attributes, ...named });
    return this.#program.inputs.length + this.#nodes.length - 1;
  }

  #numbers(ref: ValueRef, { nullValues, clip }: ColumnCleaning): ValueRef {
    const { name } = this.#program.inputs[ref]!;
    let clean = ref;
    for (const value of nullValues as number[]) {
      const constant = this.#constant(ref, value);
      const found = this.#node("compare", [clean, constant], { relation: "equal" }, `whether ${name} is ${value}`);
      clean = this.#node("choose", [found, this.#missing(ref), clean], {}, `${name}, where ${value} is missing`);
    }
    if (clip === undefined) return clean;
    return this.#node("clip", [clean], { low: clip[0], high: clip[1] }, `${name}, clipped`);
  }

  /** No operator gives a constant, so a flag of the column is held at it. */
  #constant(ref: ValueRef, value: number): ValueRef {
    const flag = this.#node("isMissing", [ref], {}, "a number to hold");
    return this.#node("clip", [flag], { low: value, high: value }, `${value} in every row`);
  }

  /** 0 ÷ 0. */
  #missing(ref: ValueRef): ValueRef {
    const zero = this.#constant(ref, 0);
    return this.#node("divide", [zero, zero], {}, "missing in every row");
  }

  #place(node: ProgramNode): ValueRef {
    const [first] = node.inputs;
    const source = this.#program.nodes[(first ?? 0) - this.#program.inputs.length];
    // An element of indicators becomes a table of its own, since two raw texts may share one place.
    if (node.op === "element" && source?.op === "oneHot") {
      const column = this.#recipeOf(source.inputs[0]);
      if (column !== undefined) return this.#indicator(node, source, column);
    }
    const column = this.#program.inputs[first ?? -1]?.type === "string" ? this.#recipeOf(first) : undefined;
    if (column === undefined)
      return this.#node(
        node.op,
        node.inputs.map((ref) => this.#places[ref]!),
        node.attributes,
        node.label ?? "",
      );
    return this.#texts(node, first!, column);
  }

  #texts(node: ProgramNode, ref: ValueRef, column: ColumnCleaning): ValueRef {
    const { op, attributes, label = "" } = node;
    const levels = (attributes.levels ?? []) as readonly string[];
    if (op === "isMissing") return this.#table(ref, column, new Map(), { unseen: 0, missing: 1 }, label);
    if (op === "ordinal" || op === "lookup") {
      const tensor = this.#tensors.get((attributes.values as { tensor: string } | undefined)?.tensor ?? "");
      const values =
        op === "ordinal" ? levels.map((_, place) => place) : [...(tensor as { values: Float64Array }).values];
      const known = new Map(levels.map((level, place) => [level, values[place]!]));
      const { unseen = null, missing = null } = attributes as { unseen?: number | null; missing?: number | null };
      return this.#table(ref, column, known, { unseen, missing }, label);
    }
    // Its elements are made by themselves; what remains of it is pruned.
    if (op === "oneHot") return this.#node(op, [ref], attributes, label);
    throw new MillraceError("TRANSFORM_CLEANING_UNFIT", {
      message: `The model reads ${this.#program.inputs[ref]!.name} by "${op}", where cleaned texts have no place.`,
      next: "Leave the column's texts as they are, or leave the column out of learning.",
      facts: { column: this.#program.inputs[ref]!.name, op },
    });
  }

  #indicator({ attributes, label = "" }: ProgramNode, oneHot: ProgramNode, column: ColumnCleaning): ValueRef {
    const {
      levels = [],
      other = false,
      missing = false,
    } = oneHot.attributes as {
      levels?: readonly string[];
      other?: boolean;
      missing?: boolean;
    };
    const index = attributes.index as number;
    const known = new Map(levels.map((level, place) => [level, place === index ? 1 : 0]));
    const width = levels.length + (other ? 1 : 0) + (missing ? 1 : 0);
    const orElse = {
      unseen: other && index === levels.length ? 1 : 0,
      missing: missing && index === width - 1 ? 1 : 0,
    };
    return this.#table(oneHot.inputs[0]!, column, known, orElse, label);
  }

  /** A table over clean texts, as one over raw ones. */
  #table(
    ref: ValueRef,
    column: ColumnCleaning,
    known: ReadonlyMap<string, number>,
    { unseen, missing }: { readonly unseen: number | null; readonly missing: number | null },
    label: string,
  ): ValueRef {
    const table = new Map<string, number>();
    const gone: string[] = [];
    const raws = new Set([...known.keys(), ...Object.keys(column.merge), ...(column.nullValues as string[])]);
    for (const raw of raws) {
      const clean = cleanText(column, raw);
      const value = clean === null ? missing : known.has(clean) ? known.get(clean)! : unseen;
      // A tensor holds no missing values: those texts are asked for by themselves.
      if (value === null) gone.push(raw);
      table.set(raw, value ?? 0);
    }
    const name = `clean.${String(this.#nodes.length).padStart(4, "0")}`;
    this.#tensors.set(name, { type: "f64", values: Float64Array.from(table.values()) });
    const attributes = { levels: [...table.keys()], values: { tensor: name }, unseen, missing };
    const looked = this.#node("lookup", [ref], attributes, label);
    if (gone.length === 0) return looked;
    const isGone = this.#node("isOneOf", [ref], { levels: gone }, "whether the text gives no value");
    const chosen = this.#node("choose", [isGone, this.#missing(ref), looked], {}, label);
    // Where the text itself is missing the choice is open, and the table has what holds then.
    return missing === null ? chosen : this.#node("coalesce", [chosen, this.#ifMissing(ref, missing)], {}, label);
  }

  /** The value where the text is missing, else missing. */
  #ifMissing(ref: ValueRef, value: number): ValueRef {
    const flag = this.#node("isMissing", [ref], {}, "whether the text is missing");
    const at = this.#node("compare", [flag, this.#constant(ref, 1)], { relation: "equal" }, "the text is missing");
    return this.#node("choose", [at, this.#constant(ref, value), this.#missing(ref)], {}, "value where it is missing");
  }
}
