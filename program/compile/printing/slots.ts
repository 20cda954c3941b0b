import type { Lowered, LoweredInput, Num, Statement, Test, Text } from "../model.ts";

/** A slot by kind and number: `n3`, `s0`, `v7`. */
export type Slot = `${"n" | "s" | "v"}${number}`;

/** Slots that a statement reads, and the one that it writes. */
export function slotsOf(statement: Statement): { readonly reads: ReadonlySet<Slot>; readonly write: Slot } {
  const reads = new Set<Slot>();
  switch (statement.do) {
    case "num":
      visit([statement.value], reads);
      return { reads, write: `n${statement.slot}` };
    case "text":
      visit([statement.value], reads);
      return { reads, write: `s${statement.slot}` };
    case "vector":
      visit(statement.values, reads);
      return { reads, write: `v${statement.slot}` };
    case "oneHot":
      visit([statement.place], reads);
      return { reads, write: `v${statement.slot}` };
    case "each":
      visit([statement.value], reads);
      return { reads, write: `v${statement.slot}` };
    case "join":
      for (const part of statement.parts) reads.add("number" in part ? `n${part.number}` : `v${part.vector}`);
      return { reads, write: `v${statement.slot}` };
    case "terms":
      reads.add(`s${statement.text}`);
      return { reads, write: "number" in statement.to ? `n${statement.to.number}` : `v${statement.to.vector}` };
    case "cross":
      for (const part of statement.parts) reads.add(`s${part}`);
      return { reads, write: `s${statement.slot}` };
    case "affine":
    case "softmax":
      return { reads: reads.add(`v${statement.input}`), write: `v${statement.slot}` };
    case "dot":
      return { reads: reads.add(`v${statement.input}`), write: `n${statement.slot}` };
    case "forest":
      for (const slot of statement.features) reads.add(`n${slot}`);
      return { reads, write: "number" in statement.to ? `n${statement.to.number}` : `v${statement.to.vector}` };
  }
}

/** About how many operations a statement stands for in code. */
export function weightOf(statement: Statement): number {
  switch (statement.do) {
    case "num":
    case "text":
    case "each":
      return visit([statement.value], new Set());
    case "vector":
      return visit(statement.values, new Set());
    case "join":
      return statement.parts.length;
    default:
      return 4;
  }
}

/** The slot that an input fills. */
export function inputSlot({ text, number, vector }: LoweredInput): Slot {
  if (text !== undefined) return `s${text}`;
  return vector === undefined ? `n${number!}` : `v${vector}`;
}

function scoreSlot({ score }: Lowered): Slot {
  return "vector" in score ? `v${score.vector}` : `n${score.number}`;
}

/** Slots that hold the score and the other outputs. */
export function resultSlots(lowered: Lowered): readonly Slot[] {
  return [
    scoreSlot(lowered),
    ...lowered.extras.map(({ kind, slot }): Slot => (kind === "set" ? `v${slot}` : `n${slot}`)),
  ];
}

/** Collects the slots of forms; gives how many forms there are. With a stack of its own, since sums may be deep. */
function visit(forms: readonly (Num | Test | Text)[], reads: Set<Slot>): number {
  const stack = [...forms];
  let count = 0;
  for (let form = stack.pop(); form !== undefined; form = stack.pop()) {
    count++;
    switch (form.k) {
      case "num":
        reads.add(`n${form.slot}`);
        break;
      case "text":
        reads.add(`s${form.slot}`);
        break;
      case "element":
      case "item":
        reads.add(`v${form.vector}`);
        break;
      case "call":
        stack.push(...form.args);
        break;
      case "if":
      case "choose":
        stack.push(form.test, form.yes, form.no);
        break;
      case "at":
        stack.push(form.index);
        break;
      case "level":
      case "hash":
      case "length":
      case "noText":
        stack.push(form.text);
        break;
      case "count":
        stack.push(form.x);
        break;
      case "missing":
        stack.push(form.a);
        break;
      case "not":
        stack.push(form.test);
        break;
      case "const":
      case "literal":
        break;
      default:
        stack.push(form.a, form.b);
    }
  }
  return count;
}
