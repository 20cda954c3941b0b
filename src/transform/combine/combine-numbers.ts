import type { Frame, NumberColumn, ProgramInput } from "@millrace/program";
import { evaluateGraph } from "@millrace/program/write";
import { numericFeatures } from "../numeric-features.ts";
import type { TransformOptions } from "../options.ts";
import type { PlanBuilder } from "../plan-builder.ts";
import { tellingShare } from "./telling.ts";

const widest = 8;
/** A pair must tell so much more than the better of its two. */
const leastGain = 1.1;
const ways = [
  { op: "divide", sign: "/", swaps: true },
  { op: "subtract", sign: "-", swaps: false },
  { op: "multiply", sign: "*", swaps: false },
] as const;

interface Candidate {
  readonly name: string;
  readonly op: string;
  readonly refs: readonly [number, number];
  readonly telling: number;
  readonly column: NumberColumn;
}

/**
 * Ratios, differences and products of the eight numbers that tell most of the target: as many as are asked for, of those that
 * tell more than either of their two, the most telling first.
 */
export function combineNumbers(
  plan: PlanBuilder,
  inputs: readonly ProgramInput[],
  frame: Frame,
  { target, classes }: { readonly target: Float64Array; readonly classes: number },
  options: TransformOptions,
): void {
  if (options.combinations === 0) return;
  const telling = (column: NumberColumn) => tellingShare(column.values, column.missing, target, classes);
  const numbers = inputs.flatMap(({ name, type }, ref) => {
    const column = frame.columns.get(name)!;
    const own = type === "number" || type === "integer" ? (column as NumberColumn) : undefined;
    return own === undefined ? [] : [{ name, ref, own, telling: telling(own) }];
  });
  const best = numbers.toSorted((a, b) => b.telling - a.telling || a.ref - b.ref).slice(0, widest);
  const found: Candidate[] = [];
  for (const [i, a] of best.entries())
    for (const b of best.slice(i + 1))
      for (const { op, sign, swaps } of ways)
        for (const [one, other] of swaps ? [[a, b] as const, [b, a] as const] : [[a, b] as const]) {
          const refs = [one.ref, other.ref] as const;
          const nodes = [{ op, version: 1 as const, inputs: refs, attributes: {} }];
          const [column] = evaluateGraph({ inputs, nodes, tensors: new Map() }, frame, [inputs.length]) as [
            NumberColumn,
          ];
          const own = telling(column);
          if (own > leastGain * Math.max(a.telling, b.telling))
            found.push({ name: `${one.name} ${sign} ${other.name}`, op, refs, telling: own, column });
        }
  found.sort((a, b) => b.telling - a.telling || (a.name < b.name ? -1 : 1));
  for (const { name, op, refs, column } of found.slice(0, options.combinations))
    numericFeatures(plan, name, plan.node(op, refs, {}, name), column.values, column.missing, options);
}
