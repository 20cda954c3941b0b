import type { Column } from "@millrace/program";
import type { ReadProblem, SnapshotType } from "../model.ts";
import { type DecidedType, TypeDecision, typeAs } from "./decide-type.ts";
import { TextColumn } from "./text-column.ts";
import type { Value } from "./value-column.ts";

export type MissingTest = (value: Value | undefined) => boolean;

/** Which values of a typed source are missing: null, empty text, NaN, and the texts that are named. */
export function missingTest(nullValues: readonly string[]): MissingTest {
  const nulls = new Set(nullValues);
  return (value) =>
    value === null ||
    value === undefined ||
    value === "" ||
    (typeof value === "string" && nulls.has(value)) ||
    Number.isNaN(value);
}

/** How many values of each kind a column holds. */
export class ValueKinds {
  #texts = 0;
  #integers = 0;
  #decimals = 0;
  #large = 0;
  #bools = 0;

  add(values: readonly Value[], missingAt: MissingTest): void {
    for (const value of values) {
      if (missingAt(value)) continue;
      if (typeof value === "string") this.#texts++;
      else if (typeof value === "boolean") this.#bools++;
      else if (typeof value === "bigint") {
        if (value > 9007199254740992n || value < -9007199254740992n) this.#large++;
        else this.#integers++;
      } else if (Number.isInteger(value) && Math.abs(value as number) <= 9007199254740992) this.#integers++;
      else this.#decimals++;
    }
  }

  get #numbers(): number {
    return this.#integers + this.#decimals + this.#large;
  }

  get #kinds(): number {
    return Number(this.#texts > 0) + Number(this.#numbers > 0) + Number(this.#bools > 0);
  }

  /** All values are text. */
  get allText(): boolean {
    return this.#kinds === 1 && this.#texts > 0;
  }

  /** The type of a column without text, whose numbers a double holds exactly; else undefined. */
  get plain(): "bool" | "integer" | "number" | undefined {
    if (this.#kinds !== 1 || this.#texts > 0 || this.#large > 0) return undefined;
    return this.#bools > 0 ? "bool" : this.#decimals > 0 ? "number" : "integer";
  }

  report(name: string, problems: ReadProblem[]): void {
    if (this.#kinds > 1)
      problems.push({
        kind: "kinds-mixed",
        column: name,
        message: `"${name}" mixes ${this.#texts} texts, ${this.#numbers} numbers and ${this.#bools} booleans; it is kept as text.`,
        next: "Write one kind of value, or make the column with a derived expression.",
      });
  }
}

/** Decides the type of a column as `typeValues` does, from its parts one after the other. */
export class ValueDecision {
  readonly #kinds = new ValueKinds();
  readonly #texts = new TypeDecision([], undefined, false);
  readonly #missingAt: MissingTest;

  constructor(missingAt: MissingTest) {
    this.#missingAt = missingAt;
  }

  add(values: readonly Value[]): void {
    this.#kinds.add(values, this.#missingAt);
    if (this.#kinds.allText) this.#texts.add(textOfValues(values, this.#missingAt));
  }

  decide(name: string, problems: ReadProblem[]): DecidedType {
    const { plain } = this.#kinds;
    if (plain !== undefined) return { type: plain };
    this.#kinds.report(name, problems);
    return this.#kinds.allText ? this.#texts.decide(name, problems) : { type: "string" };
  }
}

/** A part of a column as the type that all its parts together have. */
export function valuesAs(values: readonly Value[], decided: DecidedType, missingAt: MissingTest): Column {
  // A text that is `true` or a time is read as text; a boolean is one already.
  if (decided.type === "bool" && !values.some((value) => typeof value === "string" && !missingAt(value)))
    return plainColumn(values, missingAt, "bool");
  if (decided.type === "integer" || decided.type === "number") return plainColumn(values, missingAt, decided.type);
  return typeAs(textOfValues(values, missingAt), decided, []);
}

/** Values as text, each as it was written. */
export function textOfValues(values: readonly Value[], missingAt: MissingTest): TextColumn {
  const column = new TextColumn();
  for (const value of values) {
    if (missingAt(value)) {
      column.addMissing();
      continue;
    }
    const bytes = Buffer.from(valueText(value!), "utf8");
    column.add(bytes, 0, bytes.length);
  }
  return column;
}

export const valueText = (value: NonNullable<Value>): string => (Object.is(value, -0) ? "0" : String(value));

/** Booleans or numbers as a column of their type. */
export function plainColumn(values: readonly Value[], missingAt: MissingTest, type: SnapshotType): Column {
  let missing: Uint8Array | undefined;
  const out = type === "bool" ? new Uint8Array(values.length) : new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) {
    if (missingAt(values[row])) {
      missing ??= new Uint8Array(values.length);
      missing[row] = 1;
    } else out[row] = Number(values[row]) + 0;
  }
  return { type, values: out, ...(missing === undefined ? {} : { missing }) } as Column;
}
