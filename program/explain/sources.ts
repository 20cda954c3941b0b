import type { ValueRef } from "../model.ts";
import type { CheckedNode } from "../validate.ts";

/** The raw inputs that a value is made of, ascending. */
export function sourcesOf(nodes: readonly CheckedNode[], inputs: number, ref: ValueRef): readonly number[] {
  const found = new Set<number>();
  const seen = new Set<number>();
  const open = [ref];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (next < inputs) found.add(next);
    else open.push(...nodes[next - inputs]!.inputs);
  }
  return [...found].sort((a, b) => a - b);
}
