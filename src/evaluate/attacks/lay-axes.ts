import type { Column, Frame } from "@millrace/program";
import type { MarginParts, MarginTrees } from "@millrace/program/explain";
import type { AttackSpace, Axis, Cuts } from "./model.ts";
import { nextValue, turningPoints } from "./turning-points.ts";

/** Operators under which a greater value stays at least as great, or never is again; missing where it is not defined. */
const keepsOrder = new Set([
  ..."impute scale clip toNumber floor bin isMissing exp tanh relu logistic identityLink temperature".split(" "),
]);
const definedFrom = new Set(["log", "log1p", "sqrt"]);

/** Cells that a linear part is bounded in, a number of them an axis. */
const linearCells = 128;

export interface AxisRequest {
  /** Inputs that cannot change, can only grow, or can only shrink. */
  readonly fixed: readonly string[];
  readonly upOnly: readonly string[];
  readonly downOnly: readonly string[];
}

/**
 * The inputs that an attack can move, as axes of cells between the places where a tree's split turns.
 *
 * Numbers are covered that reach the trees and linear models alone, by operators that keep their order; all other inputs are
 * held still, with the reason. Values stay within those of both frames; the spread is that of `reference`.
 */
export function layAxes(
  parts: MarginParts,
  reference: Frame,
  attacked: Frame,
  request: AxisRequest,
  unordered: ReadonlySet<string> = new Set(),
): AttackSpace {
  const { inputs } = parts.program;
  const refs = [...new Set(parts.parts.flatMap((part) => part.refs))];
  const held: { input: string; reason: string }[] = [];
  const axes: Axis[] = [];
  const places = new Map<number, number>();
  inputs.forEach(({ name, type }, position) => {
    const own = refs.filter((ref) => parts.sourcesOf(ref).includes(position));
    if (own.length === 0) return;
    const column = reference.columns.get(name);
    const reason = heldFor();
    if (reason !== null || column === undefined || (column.type !== "number" && column.type !== "integer")) {
      held.push({ input: name, reason: reason ?? "no number in the rows" });
      return;
    }
    const known = presentOf(column);
    const spread = spreadOf(known);
    const { low, high } = rangeOf([known, presentOf(attacked.columns.get(name))]);
    if (!(spread > 0)) {
      held.push({ input: name, reason: "has one value" });
      return;
    }
    const whole = type === "integer";
    const thresholds = own.map((ref) => ({ ref, values: thresholdsOf(parts, ref) }));
    const edges = turningPoints(parts, name, { low, high, whole }, [
      ...thresholds.flatMap(({ ref, values }) => values.map((value) => ({ ref, value }))),
      ...own.flatMap((ref) =>
        parts.nodesTo(ref).flatMap((node) => (definedFrom.has(node.op) ? [{ ref: node.ref, value: null }] : [])),
      ),
    ]);
    const isLinear = own.some((ref) => parts.parts.some((part) => part.kind === "linear" && part.refs.includes(ref)));
    const cells = cellsOf(edges, low, high, whole, isLinear);
    const axis: Axis = {
      input: name,
      whole,
      spread,
      mayGrow: !request.downOnly.includes(name),
      mayShrink: !request.upOnly.includes(name),
      ...cells,
      linear: isLinear ? linearOf(parts, name, own, cells) : null,
    };
    places.set(position, axes.length);
    axes.push(axis);

    function heldFor(): string | null {
      if (request.fixed.includes(name)) return "may not change";
      if (unordered.has(name)) return "has a split that does not follow its order";
      if (type !== "number" && type !== "integer") return type === "string" ? "text, which is never changed" : type;
      for (const ref of own) {
        if (parts.sourcesOf(ref).length > 1) return "goes into a feature together with other inputs";
        const ops = parts.nodesTo(ref).map(({ op }) => op);
        const odd = ops.find((op) => !keepsOrder.has(op) && !definedFrom.has(op));
        if (odd !== undefined) return `goes through "${odd}", which does not keep its order`;
        if (ops.filter((op) => definedFrom.has(op)).length > 1) return "goes through more than one logarithm or root";
      }
      return null;
    }
  });
  const cuts = parts.parts.map((part) => (part.kind === "trees" ? cutsOf(parts, part, axes, places) : null));
  const odd = cuts.flatMap((part) => [...(part?.unordered ?? [])]);
  // Held still, its splits are the row's own.
  if (odd.length > 0) return layAxes(parts, reference, attacked, request, new Set([...unordered, ...odd]));
  const axisOf = new Map(
    refs.flatMap((ref) => {
      const [source, ...more] = parts.sourcesOf(ref);
      const place = more.length === 0 && source !== undefined ? places.get(source) : undefined;
      return place === undefined ? [] : [[ref, place] as const];
    }),
  );
  return { parts, axes, axisOf, cuts, held };
}

function presentOf(column: Column | undefined): Float64Array {
  if (column?.type !== "number" && column?.type !== "integer") return new Float64Array();
  return column.values.filter((value, row) => column.missing?.[row] !== 1 && Number.isFinite(value));
}

function rangeOf(lists: readonly Float64Array[]) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of lists)
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  return { low, high };
}

/** Standard deviation; 0 where there is one value. */
function spreadOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return values.every((value) => value === values[0]) ? 0 : Math.sqrt(squares / (values.length - 1));
}

function thresholdsOf(parts: MarginParts, ref: number): number[] {
  const found = new Set<number>();
  for (const part of parts.parts) {
    if (part.kind !== "trees") continue;
    for (let node = 0; node < part.feature.length; node++)
      if (part.refs[part.feature[node]!] === ref) found.add(part.threshold[node]!);
  }
  return [...found];
}

/** Cells end at each edge; those of a linear model are no wider than a share of the range. */
function cellsOf(edges: readonly number[], low: number, high: number, whole: boolean, isLinear: boolean) {
  const ends = new Set(edges.filter((edge) => edge >= low && edge < high));
  if (isLinear)
    for (let k = 1; k < linearCells; k++) {
      const end = low + ((high - low) * k) / linearCells;
      ends.add(whole ? Math.floor(end) : end);
    }
  const highs = [...ends].filter((end) => end >= low && end < high).sort((a, b) => a - b);
  highs.push(high);
  const lows = [low, ...highs.slice(0, -1).map((end) => nextValue(end, whole))];
  return { low: Float64Array.from(lows), high: Float64Array.from(highs) };
}

function linearOf(
  parts: MarginParts,
  input: string,
  own: readonly number[],
  { low, high }: { readonly low: Float64Array; readonly high: Float64Array },
): NonNullable<Axis["linear"]> {
  const cells = low.length;
  const { outputs } = parts;
  const made = () => new Float64Array(outputs * cells);
  const sums = { atLow: made(), atHigh: made(), least: made(), most: made() };
  const at = (values: Float64Array) =>
    parts.evaluate({ rows: cells, columns: new Map([[input, { type: "number", values }]]) }, own);
  const [lows, highs] = [at(low), at(high)];
  for (const part of parts.parts) {
    if (part.kind !== "linear") continue;
    const width = part.widths.reduce((sum, one) => sum + one, 0);
    let place = 0;
    part.refs.forEach((ref, k) => {
      const feature = own.indexOf(ref);
      const from = place;
      place += part.widths[k]!;
      if (feature < 0) return;
      for (let output = 0; output < part.bias.length; output++)
        for (let cell = 0; cell < cells; cell++) {
          const weight = part.factor * part.weights[output * width + from]!;
          const ends = [lows, highs].map((columns) => weight * numberAt(columns[feature]!, cell));
          const slot = output * cells + cell;
          sums.atLow[slot]! += ends[0]!;
          sums.atHigh[slot]! += ends[1]!;
          sums.least[slot]! += Math.min(...ends);
          sums.most[slot]! += Math.max(...ends);
        }
    });
  }
  return sums;
}

/** NaN where missing. */
export function numberAt(column: ReturnType<MarginParts["evaluate"]>[number], row: number): number {
  if (column.type === "string" || column.type === "vector") throw new TypeError("A tree reads numbers.");
  return column.missing?.[row] === 1 ? Number.NaN : column.values[row]!;
}

function cutsOf(
  parts: MarginParts,
  trees: MarginTrees,
  axes: readonly Axis[],
  places: ReadonlyMap<number, number>,
): Cuts & { readonly unordered: ReadonlySet<string> } {
  const unordered = new Set<string>();
  const nodes = trees.feature.length;
  const axis = new Int32Array(nodes).fill(-1);
  const cut = new Int32Array(nodes);
  const lowLeft = new Uint8Array(nodes);
  const values = trees.refs.map((ref) => {
    const [source, ...more] = parts.sourcesOf(ref);
    const place = more.length === 0 && source !== undefined ? places.get(source) : undefined;
    if (place === undefined) return null;
    const { input, low } = axes[place]!;
    const [column] = parts.evaluate(
      { rows: low.length, columns: new Map([[input, { type: "number", values: low }]]) },
      [ref],
    );
    return { place, values: Float64Array.from(low, (_, cell) => numberAt(column!, cell)) };
  });
  for (let node = 0; node < nodes; node++) {
    const feature = values[trees.feature[node]!];
    if (feature === null || feature === undefined) continue;
    axis[node] = feature.place;
    const first = trees.goesLeft(node, feature.values[0]!);
    let turn = 0;
    while (turn < feature.values.length && trees.goesLeft(node, feature.values[turn]!) === first) turn++;
    cut[node] = turn;
    lowLeft[node] = first ? 1 : 0;
    for (let cell = turn; cell < feature.values.length; cell++)
      if (trees.goesLeft(node, feature.values[cell]!) === first) unordered.add(axes[feature.place]!.input);
  }
  return { axis, cut, lowLeft, unordered };
}
