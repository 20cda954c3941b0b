import type { Column } from "../columns.ts";
import type { InputType, ProgramInput } from "../model.ts";
import type { Attributes, AttributeTable } from "./attributes.ts";

/** The type of a value of the graph. */
export type ValueType =
  | { readonly type: Exclude<InputType, "vector"> }
  | { readonly type: "vector"; readonly width: number };

/** One value of one row: the part that its type uses holds the value; a missing cell's parts are not to be read. */
export interface Cell {
  missing: boolean;
  /** number, integer, timestamp; bool as 0 or 1. */
  number: number;
  text: string;
  vector: Float64Array;
}

/** An operator with its attributes read: evaluates whole columns, or one row from cells into a cell. */
export interface Prepared {
  columns(inputs: readonly Column[], rows: number): Column;
  /** A closure that reads the input cells and writes the output cell, once a row. */
  cells(inputs: readonly Cell[], out: Cell): () => void;
}

/** What a program's node may do. `result` gives the output's type, or a sentence about why the inputs do not fit. */
export interface Operator {
  readonly op: string;
  readonly attributes: AttributeTable;
  /** Whether there is a version 2 beside the first. */
  readonly second?: true;
  result(inputs: readonly ValueType[], attributes: Attributes): ValueType | string;
  prepare(inputs: readonly ValueType[], attributes: Attributes): Prepared;
}

export const numberType: ValueType = { type: "number" };

/** The type of an input's values. */
export function typeOfInput({ type, width }: ProgramInput): ValueType {
  return type === "vector" ? { type, width: width ?? 1 } : { type };
}

export function isNumeric(type: ValueType | undefined): boolean {
  return type?.type === "number" || type?.type === "integer";
}

export function typeName(type: ValueType | undefined): string {
  if (type === undefined) return "nothing";
  return type.type === "vector" ? `vector of ${type.width}` : type.type;
}

/** Why inputs do not fit: what an operator takes, and what it got. */
export function misfit(takes: string, inputs: readonly ValueType[]): string {
  return `takes ${takes}; got ${inputs.map(typeName).join(", ") || "nothing"}`;
}

export const noText = (inputs: readonly ValueType[]): string | undefined =>
  inputs.length === 1 && inputs[0]!.type === "string" ? undefined : misfit("one string", inputs);

export function emptyCell(type: ValueType): Cell {
  return { missing: true, number: 0, text: "", vector: new Float64Array(type.type === "vector" ? type.width : 0) };
}

/** How many numbers a value gives to an operator that takes numbers and vectors alike; 0 for other types. */
export function widthOf(type: ValueType): number {
  if (type.type === "vector") return type.width;
  return isNumeric(type) ? 1 : 0;
}

/** The mask, or nothing where no row is missing. */
export function maskOf(missing: Uint8Array): Uint8Array | undefined {
  return missing.includes(1) ? missing : undefined;
}

export function withMask<T extends object>(column: T, missing: Uint8Array): T & { readonly missing?: Uint8Array } {
  const mask = maskOf(missing);
  return mask === undefined ? column : { ...column, missing: mask };
}
