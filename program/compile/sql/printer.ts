import { crossLength } from "../../text/terms.ts";
import { unsupported } from "../lower.ts";
import type { Lowered, Num, Test, Text } from "../model.ts";
import type { Dialect } from "./dialect.ts";
import { callFunction, callPower } from "./functions.ts";
import { joined, type NumberSql, piece, type Range, ranged, type Sql, sql } from "./model.ts";
import { anyNumber, constantRange, eitherRange, valuesRange, wholes } from "./ranges.ts";
import { Stages } from "./stages.ts";
import { countUses, type Uses } from "./uses.ts";
import type { VectorSql } from "./vectors.ts";

const longTable = 64;

/** Prints forms as SQL. A slot that is read once stays an expression; one that is read more often becomes a column. */
export class Printer {
  readonly lowered: Lowered;
  readonly dialect: Dialect;
  readonly stages = new Stages();
  readonly uses: Uses;
  readonly numbers: NumberSql[] = [];
  readonly texts: Sql[] = [];
  readonly vectors: VectorSql[] = [];
  /** What is known of a slot inside a branch of an `if`. */
  #known = new Map<number, Range>();
  #nextSlot: number;
  readonly #lists = new Map<Float64Array, Sql>();

  constructor(lowered: Lowered, dialect: Dialect) {
    this.lowered = lowered;
    this.dialect = dialect;
    this.uses = countUses(lowered);
    this.#nextSlot = lowered.numbers;
  }

  /** A slot beyond the program's own, so that forms can be made of a value. */
  extra(value: NumberSql): Num {
    const slot = this.#nextSlot++;
    this.numbers[slot] = this.atom(value);
    return { k: "num", slot };
  }

  constant(value: number): NumberSql {
    const text = Number.isNaN(value) ? this.dialect.missingNumber : this.dialect.number(value + 0);
    return ranged(piece(text), constantRange(value + 0));
  }

  clean(value: NumberSql): NumberSql {
    return value.range.nan ? this.dialect.clean(this.stages, value) : value;
  }

  /** Without NaN, and free to be named more than once. */
  atom(value: NumberSql): NumberSql {
    return this.stages.number(this.clean(value));
  }

  defineNumber(slot: number, value: NumberSql): void {
    const clean = this.stages.shallow(this.clean(value));
    this.numbers[slot] = (this.uses.numbers[slot] ?? 0) > 1 ? this.stages.number(clean) : clean;
  }

  defineText(slot: number, value: Sql): void {
    this.texts[slot] = (this.uses.texts[slot] ?? 0) > 1 ? this.stages.column(value) : this.stages.shallow(value);
  }

  number(form: Num, item = -1): NumberSql {
    if (form.k === "num" || form.k === "if" || this.#known.size === 0) return this.#number(form, item);
    // a part of it may become a column, which is computed whichever branch is taken
    const known = this.#known;
    this.#known = new Map();
    const value = this.#number(form, item);
    this.#known = known;
    return value;
  }

  #number(form: Num, item: number): NumberSql {
    switch (form.k) {
      case "const":
        return this.constant(form.value);
      case "num": {
        const value = this.numbers[form.slot]!;
        const range = this.#known.get(form.slot);
        return range === undefined ? value : ranged(value, range);
      }
      case "element":
        return this.vectors[form.vector]!.element(form.index);
      case "item":
        return this.vectors[form.vector]!.cell(item);
      case "call":
        if (form.name === "pow")
          return callPower(this, this.operand(form.args[0]!, item), this.operand(form.args[1]!, item));
        return callFunction(this, form.name, this.operand(form.args[0]!, item));
      case "if":
        return this.#choice(form, item);
      case "at": {
        const table = this.#table(form.table, "f64");
        const index = this.atom(this.operand(form.index, item));
        return ranged(this.at(table, index), { ...valuesRange(table), missing: index.range.missing });
      }
      case "level":
        return this.#level(form.text, this.#table(form.table, "levels"));
      case "length":
        // SQLite's functions of text end at a NUL
        if (this.dialect.name === "sqlite") throw unsupported("the length of a text", this.dialect.title);
        return ranged(sql`CAST(length(${this.text(form.text)}) AS float8)`, wholes(0, 2 ** 31, true));
      case "hash": {
        const text = this.stages.column(this.text(form.text));
        return ranged(this.dialect.hash(this.stages, text), wholes(0, 2 ** 32 - 1, true));
      }
      case "count": {
        const table = this.#table(form.table, "f64");
        const x = this.atom(this.operand(form.x, item));
        if (table.length === 0) return this.constant(0);
        return ranged(this.dialect.count(form.mode, table, x), wholes(0, table.length, x.range.missing));
      }
      default:
        return this.#arithmetic(form, item);
    }
  }

  operand(form: Num, item = -1): NumberSql {
    return this.stages.shallow(this.number(form, item));
  }

  test(form: Test, item = -1): Sql {
    const side = (number: Num) => this.clean(this.operand(number, item));
    switch (form.k) {
      case "lt":
        return sql`${side(form.a)} < ${side(form.b)}`;
      case "le":
        return sql`${side(form.a)} <= ${side(form.b)}`;
      case "eq":
        return sql`${side(form.a)} = ${side(form.b)}`;
      case "missing":
        return sql`${side(form.a)} IS NULL`;
      case "noText":
        return sql`${this.text(form.text)} IS NULL`;
      case "not":
        return sql`(${this.test(form.test, item)}) IS NOT TRUE`;
      default: {
        const word = form.k === "and" ? " AND " : " OR ";
        return sql`(${joined([this.test(form.a, item), this.test(form.b, item)], word)})`;
      }
    }
  }

  text(form: Text): Sql {
    if (form.k === "text") return this.texts[form.slot]!;
    if (form.k === "literal")
      return piece(form.value === null ? this.dialect.missingText : this.dialect.text(form.value));
    return sql`CASE WHEN ${this.test(form.test)} THEN ${this.text(form.yes)} ELSE ${this.text(form.no)} END`;
  }

  /** The first 256 code points of each text, and what is between them. */
  cross(parts: readonly number[], separator: string): Sql {
    if (this.dialect.name === "sqlite" || (this.dialect.name === "postgres" && separator.includes("\0")))
      throw unsupported("crosses of texts", this.dialect.title);
    const between = piece(this.dialect.text(separator));
    const cut = parts.map((part) => sql`left(${this.texts[part]!}, ${String(crossLength)})`);
    return sql`(${joined(cut, ` || ${between.text} || `)})`;
  }

  #arithmetic(form: Num & { k: "add" | "subtract" | "multiply" | "divide" | "mod" }, item: number): NumberSql {
    const value = this.dialect.arithmetic(this.stages, form.k, this.operand(form.a, item), this.operand(form.b, item));
    // x − ⌊x⌋
    const isFraction =
      form.k === "subtract" && form.b.k === "call" && form.b.name === "floor" && sameSlot(form.a, form.b.args[0]!);
    if (!isFraction) return value;
    const x = this.atom(this.operand(form.a, item));
    const range = { ...anyNumber, low: 0, high: 1, missing: true };
    return ranged(
      sql`CASE WHEN ${this.finite(x)} THEN ${x} - floor(${x}) ELSE ${this.dialect.missingNumber} END`,
      range,
    );
  }

  /** A test: the number is there and not infinite. */
  finite(x: Sql): Sql {
    return sql`abs(${x}) < ${this.dialect.number(Number.POSITIVE_INFINITY)}`;
  }

  #choice(form: Num & { k: "if" }, item: number): NumberSql {
    const test = this.test(form.test, item);
    const yes = this.#within(form.test, true, () => this.operand(form.yes, item));
    const no = this.#within(form.test, false, () => this.operand(form.no, item));
    return ranged(sql`CASE WHEN ${test} THEN ${yes} ELSE ${no} END`, eitherRange(yes.range, no.range));
  }

  /** Prints a branch with what its test says of a slot. */
  #within(test: Test, holds: boolean, print: () => NumberSql): NumberSql {
    const known = this.#learned(test, holds);
    if (known === undefined) return print();
    const before = this.#known.get(known.slot);
    this.#known.set(known.slot, known.range);
    const value = print();
    if (before === undefined) this.#known.delete(known.slot);
    else this.#known.set(known.slot, before);
    return value;
  }

  #learned(test: Test, holds: boolean): { slot: number; range: Range } | undefined {
    if (test.k === "missing")
      return test.a.k === "num" && !holds ? this.#narrowed(test.a.slot, { missing: false }) : undefined;
    if (test.k !== "lt" && test.k !== "le") return undefined;
    const there = holds ? { missing: false } : {};
    if (test.a.k === "num" && test.b.k === "const")
      return this.#narrowed(test.a.slot, holds ? { high: test.b.value, ...there } : { low: test.b.value });
    if (test.b.k === "num" && test.a.k === "const")
      return this.#narrowed(test.b.slot, holds ? { low: test.a.value, ...there } : { high: test.a.value });
    return undefined;
  }

  #narrowed(slot: number, by: { low?: number; high?: number; missing?: boolean }): { slot: number; range: Range } {
    const range = this.#known.get(slot) ?? this.numbers[slot]!.range;
    const low = Math.max(range.low, by.low ?? range.low);
    const high = Math.min(range.high, by.high ?? range.high);
    // a branch that is never taken
    if (low > high) return { slot, range };
    return { slot, range: { ...range, low, high, missing: by.missing ?? range.missing } };
  }

  #level(form: Text, levels: readonly string[]): NumberSql {
    const text = this.stages.column(this.text(form));
    const position = this.dialect.position(this.stages, text, levels);
    return ranged(
      sql`CASE WHEN ${text} IS NULL THEN ${this.dialect.missingNumber} ELSE ${position} END`,
      wholes(-1, Math.max(0, levels.length - 1), true),
    );
  }

  #table<Type extends "f64" | "levels">(index: number, type: Type) {
    const table = this.lowered.tables[index]!;
    if (table.type !== type) throw new TypeError(`Table ${index} is of type ${table.type}.`);
    return table.values as Type extends "f64" ? Float64Array : readonly string[];
  }

  /** Value of a table by an atom. A long table stands in the text once. */
  at(values: Float64Array, index: NumberSql): Sql {
    if (values.length <= longTable) return this.dialect.at(values, index, undefined);
    let column = this.#lists.get(values);
    if (column === undefined) {
      column = this.dialect.list(this.stages, values);
      this.#lists.set(values, column);
    }
    return this.dialect.at(values, index, column);
  }

  doubles(index: number): Float64Array {
    return this.#table(index, "f64");
  }
}

function sameSlot(a: Num, b: Num): boolean {
  return a.k === "num" && b.k === "num" && a.slot === b.slot;
}
