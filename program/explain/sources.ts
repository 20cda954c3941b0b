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
