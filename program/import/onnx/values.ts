import type { ValueRef } from "../../model.ts";
import { invalidModel, unsupportedModel } from "../model.ts";
import type { ProgramBuilder } from "../program-builder.ts";
import type { FloatSteps } from "./float-steps.ts";
import type { OnnxConstant, OnnxFileNode } from "./read-onnx.ts";

export const format = "ONNX model";

/** A tensor of [rows, width] while a graph is read: numbers or texts side by side, or what a classifier gives. */
export type OnnxValue =
  | { readonly kind: "numbers"; readonly parts: readonly Part[] }
  | { readonly kind: "texts"; readonly refs: readonly ValueRef[] }
  | { readonly kind: "constant"; readonly tensor: OnnxConstant }
  /** Labels, or where `scores` holds also the score of each; binary: the score of the second class alone. */
  | { readonly kind: "classes"; readonly names: readonly string[]; readonly score: ValueRef; readonly scores: boolean };

/** A number, or a vector of more than one. */
export interface Part {
  readonly ref: ValueRef;
  readonly width: number;
  /** Of a number: what a runtime of floats made of a column to get it. */
  readonly steps?: FloatSteps | undefined;
}

/** What an operator's reader needs. */
export interface OnnxContext {
  readonly builder: ProgramBuilder;
  readonly node: OnnxFileNode;
  readonly inputs: readonly OnnxValue[];
}

export function unsupportedNode({ node }: OnnxContext, why: string) {
  return unsupportedModel(format, `a node ${node.op} ${why}`);
}

export function numbersOf(context: OnnxContext, index = 0): readonly Part[] {
  const value = context.inputs[index];
  if (value?.kind !== "numbers") throw unsupportedNode(context, "over what are no columns of numbers");
  return value.parts;
}

export function constantOf(context: OnnxContext, index: number): OnnxConstant {
  const value = context.inputs[index];
  if (value?.kind !== "constant") throw unsupportedNode(context, `whose input ${index} is not a constant`);
  return value.tensor;
}

/** Each number by itself. */
export function singlesOf(builder: ProgramBuilder, parts: readonly Part[]): Part[] {
  return parts.flatMap((part) => {
    const { ref, width } = part;
    if (width === 1) return [part];
    return Array.from({ length: width }, (_, index) => ({ ref: builder.node("element", [ref], { index }), width: 1 }));
  });
}

export const columnsOf = (builder: ProgramBuilder, parts: readonly Part[]): ValueRef[] =>
  singlesOf(builder, parts).map(({ ref }) => ref);

export const single = (refs: readonly ValueRef[]): OnnxValue => ({
  kind: "numbers",
  parts: refs.map((ref) => ({ ref, width: 1 })),
});

export const widthOf = (parts: readonly Part[]) => parts.reduce((sum, { width }) => sum + width, 0);

/** The number for place k of a list that holds one for all or one for each. */
export function broadcast(context: OnnxContext, list: readonly number[], width: number): readonly number[] {
  if (list.length === width) return list;
  if (list.length === 1) return new Array<number>(width).fill(list[0]!);
  throw unsupportedNode(context, `of ${list.length} numbers for ${width} columns`);
}

export function integerOf({ node }: OnnxContext, name: string, otherwise: number): number {
  return node.attributes.get(name)?.integers[0] ?? otherwise;
}

export function choiceOf({ node }: OnnxContext, name: string, otherwise: string): string {
  return node.attributes.get(name)?.texts[0] ?? otherwise;
}

export const realsOf = ({ node }: OnnxContext, name: string) =>
  node.attributes.get(`${name}_as_tensor`)?.tensor?.numbers ?? node.attributes.get(name)?.reals ?? [];
export const integersOf = ({ node }: OnnxContext, name: string) => node.attributes.get(name)?.integers ?? [];
export const textsOf = ({ node }: OnnxContext, name: string) => node.attributes.get(name)?.texts ?? [];

export function missingAttribute(context: OnnxContext, name: string) {
  return invalidModel(format, `a node ${context.node.op} has no fitting attribute ${name}`);
}
