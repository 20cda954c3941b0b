import type { ValueRef } from "../model.ts";
import type { CheckedNode } from "../validate.ts";

/** The raw inputs that a value is made of, ascending. */
export function sourcesOf(nodes: readonly CheckedNode[], inputs: number, ref: ValueRef): readonly number[] {
  return [...nodesOf(nodes, inputs, ref)].filter((at) => at < inputs).sort((a, b) => a - b);
}

/** All that a value is made of, itself too. */
export function nodesOf(nodes: readonly CheckedNode[], inputs: number, ref: ValueRef): ReadonlySet<ValueRef> {
  const seen = new Set<ValueRef>([ref]);
  // what is added while the set is walked is walked as well
  for (const next of seen) if (next >= inputs) for (const from of nodes[next - inputs]!.inputs) seen.add(from);
  return seen;
}

/** Whether a value is made of several inputs by a model, such as the hidden unit of a network: no part of it is one input's. */
export function isMadeByModels(nodes: readonly CheckedNode[], inputs: number, ref: ValueRef): boolean {
  if (sourcesOf(nodes, inputs, ref).length < 2) return false;
  return [...nodesOf(nodes, inputs, ref)].some(
    (at) => at >= inputs && ["linear", "trees", "termLinear"].includes(nodes[at - inputs]!.operator.op),
  );
}
