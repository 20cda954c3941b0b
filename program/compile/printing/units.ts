import type { Lowered, Statement } from "../model.ts";
import { inputSlot, resultSlots, type Slot, slotsOf, weightOf } from "./slots.ts";

export type ForestStatement = Extract<Statement, { do: "forest" }>;
export type PlainStatement = Exclude<Statement, { do: "forest" }>;

/** A function of the generated code: statements for one row, or one forest for a block of rows. */
export type Unit =
  | { readonly kind: "rows"; readonly statements: readonly PlainStatement[]; readonly local: ReadonlySet<Slot> }
  | { readonly kind: "forest"; readonly statement: ForestStatement };

export interface Plan {
  /** The first unit is of kind `rows`, and reads the inputs before its statements. */
  readonly units: readonly Unit[];
  /** Slots that more than one unit needs, or the result; the others are local to their unit. */
  readonly shared: readonly Slot[];
}

/**
 * Splits a program where a forest stands, so that forests see many rows at once, and where a function would grow beyond
 * what compilers handle in reasonable time. With `keepVectors` every vector is shared, as it is too large for a stack.
 */
export function planUnits(lowered: Lowered, weightLimit: number, keepVectors: boolean): Plan {
  const groups: (PlainStatement[] | ForestStatement)[] = [[]];
  let weight = lowered.inputs.length;
  for (const statement of neededStatements(lowered)) {
    if (statement.do === "forest") {
      groups.push(statement, []);
      weight = 0;
      continue;
    }
    weight += weightOf(statement);
    const last = groups.at(-1);
    if (!Array.isArray(last) || (weight > weightLimit && last.length > 0)) {
      groups.push([statement]);
      weight = weightOf(statement);
    } else last.push(statement);
  }
  const kept = groups.filter((group, i) => !Array.isArray(group) || group.length > 0 || i === 0);
  const homes = new Map<Slot, number>();
  const shared = new Set<Slot>(resultSlots(lowered));
  const touch = (slot: Slot, unit: number) => {
    const home = homes.get(slot);
    if (home === undefined) homes.set(slot, unit);
    else if (home !== unit) shared.add(slot);
    if (keepVectors && slot.startsWith("v")) shared.add(slot);
  };
  for (const input of lowered.inputs) touch(inputSlot(input), 0);
  kept.forEach((group, unit) => {
    for (const statement of Array.isArray(group) ? group : [group]) {
      const { reads, write } = slotsOf(statement);
      for (const slot of reads) touch(slot, unit);
      touch(write, unit);
      if (statement.do === "forest") for (const slot of [...reads, write]) shared.add(slot);
    }
  });
  const local = kept.map(() => new Set<Slot>());
  for (const [slot, unit] of homes) if (!shared.has(slot)) local[unit]!.add(slot);
  return {
    units: kept.map((group, unit) =>
      Array.isArray(group)
        ? { kind: "rows", statements: group, local: local[unit]! }
        : { kind: "forest", statement: group },
    ),
    shared: [...shared].sort(bySlot),
  };
}

const bySlot = (a: Slot, b: Slot) => (a[0] === b[0] ? Number(a.slice(1)) - Number(b.slice(1)) : a[0]! < b[0]! ? -1 : 1);

/** Without those whose result nothing reads. */
function neededStatements(lowered: Lowered): readonly Statement[] {
  const needed = new Set<Slot>(resultSlots(lowered));
  const kept: Statement[] = [];
  for (const statement of [...lowered.statements].reverse()) {
    const { reads, write } = slotsOf(statement);
    if (!needed.has(write)) continue;
    for (const slot of reads) needed.add(slot);
    kept.push(statement);
  }
  return kept.reverse();
}
