import type { Column } from "@millrace/program";
import type { ReadProblem } from "../model.ts";
import { LargeIntegers } from "./large-integers.ts";
import { infinityOf, MISSING_WORD, type NumberStyle } from "./number-words.ts";
import { TextColumn } from "./text-column.ts";
import { stampParser, TIMESTAMP_PATTERNS } from "./timestamp-patterns.ts";
import { asStrings, hasZone, tryBool, tryNumbers, tryTimestamps } from "./try-types.ts";
import { ambiguousDates, nullEntries, strayText } from "./type-column.ts";
import { writtenOtherwise } from "./written-otherwise.ts";

/** The type of a column by all its rows, and how its text is read as times. */
export type DecidedType =
  | { readonly type: "bool" | "integer" | "number" | "string" }
  | { readonly type: "timestamp"; readonly pattern: string };

/** As many distinct values as `writtenOtherwise` looks at. */
const mostSampled = 5_000;

function sampleText(values: Iterable<string>): TextColumn {
  const text = new TextColumn();
  for (const value of values) {
    const bytes = Buffer.from(value, "utf8");
    text.add(bytes, 0, bytes.length);
  }
  return text;
}

/** Decides a column's type as `typeColumn` does, from its parts one after the other. */
export class TypeDecision {
  readonly #nullValues: readonly string[];
  readonly #style: NumberStyle | undefined;
  #seen = false;
  #bool = true;
  #numbers: "integer" | "number" | "no" = "integer";
  readonly #mayNumber: boolean;
  readonly #strays = new Set<string>();
  /** Values that tell why a column stayed text. */
  readonly #sample = new Set<string>();
  readonly #large: LargeIntegers;
  #patterns: readonly string[] = TIMESTAMP_PATTERNS;
  #zone: boolean | undefined;

  /** `numbersInText`: whether text may be numbers, as in CSV; in typed sources it stays text, except dates. */
  constructor(nullValues: readonly string[], style?: NumberStyle, numbersInText = true) {
    this.#nullValues = nullValues;
    this.#style = style;
    this.#mayNumber = numbersInText;
    this.#large = new LargeIntegers(style);
    if (!numbersInText) this.#numbers = "no";
  }

  add(text: TextColumn): void {
    const nulls = nullEntries(text, this.#nullValues);
    let first = 0;
    while (first < text.entries && nulls?.[first] === 1) first++;
    if (first === text.entries) return;
    this.#seen = true;
    this.#bool &&= tryBool(text, nulls) !== undefined;
    if (this.#numbers !== "no") this.#addNumbers(text, nulls);
    if (this.#mayNumber) this.#large.add(text, nulls);
    for (let k = first; k < text.entries && this.#mayNumber && this.#sample.size < mostSampled; k++)
      if (nulls?.[k] !== 1) this.#sample.add(text.textOf(k));
    if (this.#patterns.length > 0) {
      this.#patterns = tryTimestamps(text, nulls, this.#patterns, stampParser).map(({ pattern }) => pattern);
      const zone = hasZone(text.textOf(first));
      if (this.#zone !== undefined && this.#zone !== zone) this.#patterns = [];
      this.#zone = zone;
    }
  }

  #addNumbers(text: TextColumn, nulls: Uint8Array | undefined): void {
    const { column, strays } = tryNumbers(text, nulls, undefined, this.#style);
    for (const stray of strays) this.#strays.add(stray);
    const others = [...this.#strays].filter((stray) => !MISSING_WORD.test(stray) && infinityOf(stray) === undefined);
    if ((column === undefined && strays.length === 0) || others.length > 3) this.#numbers = "no";
    else if (column?.type === "number") this.#numbers = "number";
  }

  decide(name: string, problems: ReadProblem[]): DecidedType {
    if (!this.#seen) return { type: "string" };
    if (this.#bool) return { type: "bool" };
    if (this.#numbers !== "no" && this.#strays.size === 0) return { type: this.#numbers };
    if (this.#patterns.length === 1) return { type: "timestamp", pattern: this.#patterns[0]! };
    if (this.#patterns.length > 1) problems.push(ambiguousDates(name, this.#patterns));
    else if (this.#numbers !== "no") problems.push(strayText(name, [...this.#strays]));
    else if (this.#mayNumber)
      problems.push(
        ...writtenOtherwise(name, sampleText(this.#sample), undefined, this.#style, this.#large.found, false),
      );
    return { type: "string" };
  }
}

/** A part of a column as the type that all its parts together have. */
export function typeAs(
  text: TextColumn,
  decided: DecidedType,
  nullValues: readonly string[],
  style?: NumberStyle,
): Column {
  const nulls = nullEntries(text, nullValues);
  if (decided.type === "string") return asStrings(text, nulls);
  const column =
    decided.type === "bool"
      ? tryBool(text, nulls)
      : decided.type === "timestamp"
        ? tryTimestamps(text, nulls, [decided.pattern], stampParser)[0]?.column
        : tryNumbers(text, nulls, decided.type, style).column;
  if (column !== undefined) return column;
  // Nothing but missing values in this part.
  const missing = new Uint8Array(text.rows).fill(1);
  if (decided.type === "bool") return { type: "bool", values: new Uint8Array(text.rows), missing };
  return { type: decided.type, values: new Float64Array(text.rows), missing };
}
