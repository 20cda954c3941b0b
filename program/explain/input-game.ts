import type { Column } from "../columns.ts";
import { murmur3 } from "../text/murmur3.ts";
import { joinColumns, takeValues } from "./rows.ts";

/*
 * Shapley values of any margin. The players are the raw inputs; what a set of known inputs is worth is the mean margin over
 * the background rows, with the known inputs set to the row's values (the interventional game, in which the base is the mean
 * margin of the background). With few inputs every set is tried, else orders in which inputs become known are drawn.
 *
 * Sources: L. Shapley, A value for n-person games, 1953; E. Štrumbelj and I. Kononenko, Explaining prediction models and
 * individual predictions with feature contributions, Knowl. Inf. Syst. 41, 2014 (sampling); R. Mitchell et al., Sampling
 * permutations for Shapley value estimation, JMLR 23, 2022 (an order and its reverse as one draw).
 */

/** Draws beside each background row; two are the fewest that tell how far draws differ. */
const draws = 2;
/** Background rows that are set beside a row: the work grows with both. */
const mostBackground = 25;
/** Rows that are evaluated together. */
const chunk = 8192;

export interface GameValue {
  /** Input by input, output by output; NaN where a margin that is needed is missing. */
  readonly shares: readonly (readonly number[])[];
  readonly margin: readonly number[];
  /** Of drawn shares: how far they may be off by chance, one standard deviation. */
  readonly errors?: readonly (readonly number[])[];
}

export interface InputGame {
  readonly base: readonly number[];
  readonly exact: boolean;
  /** Background rows that took part. */
  readonly background: number;
  /** Row by row; `rows` holds the columns of the players. */
  values(columns: readonly Column[], rows: number): readonly GameValue[];
}

/**
 * A game over the columns of its players. `margin` gives the margins of rows made of such columns, row by row, `outputs` each,
 * NaN where one is missing. Of up to `mostExact` players every set is tried.
 *
 * Missing: background rows without a margin are left out; `null` where none is left. Random: the same orders for every row.
 */
export function inputGame(
  margin: (columns: readonly Column[], rows: number) => Float64Array,
  whole: readonly Column[],
  wholeRows: number,
  outputs: number,
  mostExact: number,
): InputGame | null {
  const all = margin(whole, wholeRows);
  const present = Array.from({ length: wholeRows }, (_, b) => b).filter(
    (b) => !all.subarray(b * outputs, (b + 1) * outputs).some(Number.isNaN),
  );
  if (present.length === 0) return null;
  const count = Math.min(mostBackground, present.length);
  const kept = Int32Array.from({ length: count }, (_, k) => present[Math.floor((k * present.length) / count)]!);
  const background = whole.map((column) => takeValues(column, kept));
  const players = whole.length;
  const exact = players <= mostExact;
  const each = Array.from(kept, (b) => all.subarray(b * outputs, (b + 1) * outputs));
  const base = Array.from({ length: outputs }, (_, k) => each.reduce((sum, one) => sum + one[k]!, 0) / count);
  /** Margins of rows that take each player from the row (`count`) or from a background row. */
  const marginsOf = (joined: readonly Column[], takes: readonly Int32Array[], rows: number) => {
    const found = new Float64Array(rows * outputs);
    for (let from = 0; from < rows; from += chunk) {
      const to = Math.min(rows, from + chunk);
      const mixed = joined.map((column, i) => takeValues(column, takes[i]!.subarray(from, to)));
      found.set(margin(mixed, to - from), from * outputs);
    }
    return found;
  };
  const plan = exact ? everySet(players, count, outputs) : drawnOrders(players, count, outputs, each);
  return {
    base,
    exact,
    background: count,
    values: (columns, rows) => {
      const own = margin(columns, rows);
      return Array.from({ length: rows }, (_, row) => {
        const joined = columns.map((column, i) =>
          joinColumns(background[i]!, takeValues(column, Int32Array.of(row)), [count, 1]),
        );
        const margins = [...own.subarray(row * outputs, (row + 1) * outputs)];
        return { ...plan.share(marginsOf(joined, plan.takes, plan.rows), margins), margin: margins };
      });
    },
  };
}

/** The mixed rows that a way to share needs, and the shares that follow from their margins. */
interface Plan {
  readonly rows: number;
  /** Player by player, for each mixed row: a background row, or `count` for the row itself. */
  readonly takes: readonly Int32Array[];
  share(margins: Float64Array, own: readonly number[]): Omit<GameValue, "margin">;
}

function everySet(players: number, count: number, outputs: number): Plan {
  const sets = 1 << players;
  const takes = Array.from({ length: players }, (_, i) =>
    Int32Array.from({ length: sets * count }, (_, at) =>
      ((Math.floor(at / count) >> i) & 1) === 1 ? count : at % count,
    ),
  );
  const sizes = Uint8Array.from({ length: sets }, (_, set) => set.toString(2).replaceAll("0", "").length);
  // of the orders of all players, the share in which just those of a set of this size come before one other
  const weights = [1 / players];
  for (let size = 1; size < players; size++) weights.push((weights[size - 1]! * size) / (players - size));
  return {
    rows: sets * count,
    takes,
    share: (margins) => {
      const worth = new Float64Array(sets * outputs);
      for (let at = 0; at < sets * count; at++)
        for (let k = 0; k < outputs; k++)
          worth[Math.floor(at / count) * outputs + k]! += margins[at * outputs + k]! / count;
      const shares = Array.from({ length: players }, (_, i) =>
        Array.from({ length: outputs }, (_, k) => {
          let sum = 0;
          for (let set = 0; set < sets; set++)
            if (((set >> i) & 1) === 0)
              sum += weights[sizes[set]!]! * (worth[(set | (1 << i)) * outputs + k]! - worth[set * outputs + k]!);
          return sum;
        }),
      );
      return { shares };
    },
  };
}

function drawnOrders(players: number, count: number, outputs: number, each: readonly Float64Array[]): Plan {
  const orders = Array.from({ length: draws * count }, (_, d) => {
    const order = shuffled(players, d);
    return { background: d % count, ways: [order, order.toReversed()] };
  });
  // the first and the last row of a way are the background row and the row itself, which are known
  const steps = players - 1;
  const rows = orders.length * 2 * steps;
  const takes = Array.from({ length: players }, () => new Int32Array(rows));
  let at = 0;
  for (const { background, ways } of orders)
    for (const way of ways)
      for (let known = 1; known <= steps; known++, at++)
        way.forEach((player, place) => {
          takes[player]![at] = place < known ? count : background;
        });
  return {
    rows,
    takes,
    share: (margins, own) => {
      const drawn = orders.map(({ background, ways }, d) => {
        const found = new Float64Array(players * outputs);
        ways.forEach((way, w) => {
          const start = (d * 2 + w) * steps;
          const marginAt = (known: number, k: number) => {
            if (known === 0) return each[background]![k]!;
            return known === players ? own[k]! : margins[(start + known - 1) * outputs + k]!;
          };
          way.forEach((player, place) => {
            for (let k = 0; k < outputs; k++)
              found[player * outputs + k]! += (marginAt(place + 1, k) - marginAt(place, k)) / 2;
          });
        });
        return found;
      });
      const table = (value: (at: number) => number) =>
        Array.from({ length: players }, (_, i) => Array.from({ length: outputs }, (_, k) => value(i * outputs + k)));
      return {
        shares: table((one) => drawn.reduce((sum, draw) => sum + draw[one]!, 0) / drawn.length),
        errors: table((one) => {
          let variance = 0;
          for (let b = 0; b < count; b++) {
            const own = drawn.filter((_, d) => d % count === b).map((draw) => draw[one]!);
            const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
            const squares = own.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
            variance += squares / (own.length - 1) / own.length;
          }
          return Math.sqrt(variance) / count;
        }),
      };
    },
  };
}

/** The numbers below `count` in an order of its own for each draw (Fisher and Yates). */
function shuffled(count: number, draw: number): number[] {
  const order = Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = murmur3(`${draw}/${k}`) % (k + 1);
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  return order;
}
