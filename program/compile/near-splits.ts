import type { Frame } from "../columns.ts";
import { type ExternalNodes, evaluateGraph } from "../interpreter/evaluate.ts";
import type { Program, ProgramNode, Tensors, ValueRef } from "../model.ts";

/** What gives exactly the double that every other target gives of the same input. */
const exactOperators = new Set([
  ...["toNumber", "impute", "isMissing", "clip", "bin", "ordinal", "lookup", "oneHot", "embed", "hash", "boolText"],
  ...["datePart", "isDay", "element", "concat", "minimum", "maximum", "coalesce", "choose", "textLength"],
  ...["compare", "and", "or", "not", "isOneOf", "relu", "abs", "floor", "identityLink"],
]);

/** Where a value decides: at these numbers, where it is equal to another value, or else at every whole number. */
interface Decision {
  readonly ref: ValueRef;
  readonly at?: ArrayLike<number>;
  readonly equalTo?: ValueRef;
}

/**
 * Whether a row of a frame has a computed value within the tolerance (relative beyond ±1) of what it is compared with: a split, an
 * edge, a divisor of 0, the bound of a domain. There a target that rounds otherwise may go the other way. Raw values and what is only
 * looked up never count: those compare alike everywhere.
 */
export function nearSplits(
  { inputs, nodes }: Pick<Program, "inputs" | "nodes">,
  tensors: Tensors,
  frame: Frame,
  tolerance: number,
  external?: ExternalNodes,
): (row: number) => boolean {
  const exact: boolean[] = inputs.map(() => true);
  for (const node of nodes) exact.push(exactOperators.has(node.op) && node.inputs.every((ref) => exact[ref]));
  const decisions = nodes
    .flatMap((node) => decisionsOf(node, tensors))
    .filter(({ ref, equalTo = ref }) => !(exact[ref] && exact[equalTo]));
  if (decisions.length === 0) return () => false;
  const refs = [...new Set(decisions.flatMap(({ ref, equalTo = ref }) => [ref, equalTo]))];
  const columns = evaluateGraph({ inputs, nodes, tensors }, frame, refs, external);
  const near = new Uint8Array(frame.rows);
  for (const { ref, at, equalTo } of decisions) {
    const column = columns[refs.indexOf(ref)]!;
    const other = equalTo === undefined ? undefined : columns[refs.indexOf(equalTo)]!;
    if (column.type === "string" || other?.type === "string") continue;
    const sorted = at && Float64Array.from(at).sort();
    const width = column.type === "vector" ? column.width : 1;
    for (let place = 0; place < frame.rows * width; place++) {
      const row = Math.floor(place / width);
      const x = column.values[place]!;
      if (near[row] === 1 || column.missing?.[row] === 1 || other?.missing?.[row] === 1 || !Number.isFinite(x))
        continue;
      const margin = tolerance * Math.max(1, Math.abs(x));
      const beside =
        sorted === undefined
          ? Math.abs(x - (other?.values[place] ?? Math.round(x))) <= margin
          : within(sorted, x, margin);
      if (beside) near[row] = 1;
    }
  }
  return (row) => near[row] === 1;
}

function decisionsOf({ op, inputs, attributes }: ProgramNode, tensors: Tensors): Decision[] {
  const ref = inputs[0]!;
  const listed = (name: string) => tensors.get((attributes[name] as { readonly tensor: string }).tensor)!.values;
  switch (op) {
    case "bin":
    case "steps":
      return [{ ref, at: listed("edges") }];
    case "atLeast":
      return [{ ref, at: listed("bounds") }];
    case "trees":
      return splitsOf(inputs, listed("feature"), listed("threshold"), listed("categorical"));
    case "compare":
      return [{ ref, equalTo: inputs[1]! }];
    case "floor":
      return [{ ref }];
    case "divide":
      return [{ ref: inputs[1]!, at: [0] }];
    case "sqrt":
    case "log":
    case "power":
      return [{ ref, at: [0] }];
    case "log1p":
      return [{ ref, at: [-1] }];
    default:
      return [];
  }
}

type Numbers = ArrayLike<number>;

/** A set of categories is left and entered at whole numbers. */
function splitsOf(inputs: readonly ValueRef[], feature: Numbers, threshold: Numbers, isSet: Numbers): Decision[] {
  const numeric = inputs.map((): number[] => []);
  const sets = new Set<ValueRef>();
  for (let n = 0; n < feature.length; n++)
    if (isSet[n] === 1) sets.add(inputs[feature[n]!]!);
    else numeric[feature[n]!]!.push(threshold[n]!);
  return [...inputs.map((ref, k) => ({ ref, at: numeric[k]! })), ...[...sets].map((ref) => ({ ref }))];
}

function within(sorted: Float64Array, x: number, margin: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < x - margin) low = middle + 1;
    else high = middle;
  }
  return low < sorted.length && sorted[low]! <= x + margin;
}
