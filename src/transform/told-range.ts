/**
 * A range that holds all values and tells no single row. An end is a value that at least `rows` rows share, or a round number (1,
 * 2 or 5 times a power of ten, of `unit` where one is given) so far out that at least so many rows lie within one step of it: all
 * of them, where there are fewer.
 *
 * ```ts
 * toldRange(Float64Array.of(1, 2, 3, 4, 93), 3, 1); // { low: 0, high: 100 }
 * ```
 *
 * `undefined` without values. What lies beyond an end was not seen; what lies within a step of it may not have been.
 */
export function toldRange(
  values: Float64Array,
  rows: number,
  unit: number,
): { readonly low: number; readonly high: number } | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.slice().sort();
  const high = outerEnd(sorted.toReversed(), rows, unit);
  const low = -outerEnd(
    sorted.map((value) => -value),
    rows,
    unit,
  );
  return { low: low + 0, high: high + 0 };
}

const finest = 100;

/** Of descending values. */
function outerEnd(values: Float64Array, rows: number, unit: number): number {
  const end = values[0]!;
  const nth = values[Math.min(rows, values.length) - 1]!;
  if (nth === end && values.length >= rows) return end;
  // From a hundredth of the range on; a step that a double hardly tells from the value is none.
  const least = Math.max((end - values.at(-1)!) / finest, unit, Math.abs(end) * 1e-12, 1e-290) / (unit || 1);
  for (let power = Math.floor(Math.log10(least)); power <= 307; power++)
    for (const factor of [1, 2, 5]) {
      const step = Number(`${factor}e${power}`) * (unit || 1);
      if (step < least * (unit || 1)) continue;
      const at = (steps: number) => Number(`${steps * factor}e${power}`) * (unit || 1);
      const steps = Math.ceil(end / step);
      const told = at(steps) >= end ? at(steps) : at(steps + 1);
      if (!Number.isFinite(told)) return Number.MAX_VALUE;
      if (nth > told - step) return told;
    }
  return end;
}
