import type { MarginParts } from "@millrace/program/explain";

/** A value of the program that turns as one input grows: past `value`, or from missing to present where that is null. */
export interface Turn {
  readonly ref: number;
  readonly value: number | null;
}

/**
 * The greatest value of an input before each turn, to the last bit: the program itself is asked, by bisection over the doubles
 * (or whole numbers). A turn that lies beyond the range has no point. Between the turns of what is missing, values keep their order.
 */
export function turningPoints(
  parts: MarginParts,
  input: string,
  range: { readonly low: number; readonly high: number; readonly whole: boolean },
  turns: readonly Turn[],
): number[] {
  const defined = turns.filter(({ value }) => value === null);
  const borders = bisect(defined.map((turn) => ({ turn, low: range.low, high: range.high })));
  const ends = borders.toSorted((a, b) => a - b);
  const starts = [range.low, ...ends.map((end) => nextValue(end, range.whole))];
  const pieces = starts.map((low, k) => ({ low, high: ends[k] ?? range.high }));
  const rest = turns.filter(({ value }) => value !== null);
  return [...borders, ...bisect(rest.flatMap((turn) => pieces.map((piece) => ({ turn, ...piece }))))];

  function bisect(open: readonly { readonly turn: Turn; readonly low: number; readonly high: number }[]): number[] {
    const low = Float64Array.from(open, (one) => one.low);
    const high = Float64Array.from(open, (one) => one.high);
    const byRef = Map.groupBy(open.keys(), (k) => open[k]!.turn.ref);
    const found: number[] = [];
    for (const [ref, list] of byRef) {
      const places = [...list];
      const sides = (at: Float64Array) => {
        const values = Float64Array.from(places, (k) => at[k]!);
        const [column] = parts.evaluate(
          { rows: values.length, columns: new Map([[input, { type: "number", values }]]) },
          [ref],
        );
        if (column === undefined || column.type === "string" || column.type === "vector")
          throw new TypeError("A tree reads numbers.");
        return places.map((k, row) => {
          const missing = column.missing?.[row] === 1;
          const { value } = open[k]!.turn;
          return missing ? 2 : value === null || column.values[row]! <= value ? 1 : 0;
        });
      };
      const [atLow, atHigh] = [sides(low), sides(high)];
      for (;;) {
        const middle = Float64Array.from(low, (from, k) => between(from, high[k]!, range.whole));
        const moving = places.some((k, row) => atLow[row] !== atHigh[row] && middle[k]! > low[k]!);
        if (!moving) break;
        const at = sides(middle);
        places.forEach((k, row) => {
          if (atLow[row] === atHigh[row] || middle[k]! <= low[k]!) return;
          if (at[row] === atLow[row]) low[k] = middle[k]!;
          else high[k] = middle[k]!;
        });
      }
      places.forEach((k, row) => {
        if (atLow[row] !== atHigh[row]) found.push(low[k]!);
      });
    }
    return found;
  }
}

/** The least value above one. */
export function nextValue(value: number, whole: boolean): number {
  return whole ? value + 1 : fromOrdered(toOrdered(value) + 1n);
}

/** A value between two; the lower one where there is none. */
function between(low: number, high: number, whole: boolean): number {
  if (whole) return Math.floor((low + high) / 2);
  return fromOrdered((toOrdered(low) + toOrdered(high)) >> 1n);
}

const bits = new DataView(new ArrayBuffer(8));

/** Doubles as integers of the same order. */
function toOrdered(value: number): bigint {
  bits.setFloat64(0, value + 0);
  const read = bits.getBigInt64(0);
  return read < 0n ? -(read & 0x7fffffffffffffffn) : read;
}

function fromOrdered(ordered: bigint): number {
  bits.setBigUint64(0, ordered < 0n ? -ordered | (1n << 63n) : ordered);
  return bits.getFloat64(0);
}
