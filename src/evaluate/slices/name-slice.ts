import type { Frame } from "@millrace/program";

/**
 * A slice in words: `purpose = business and age < 27`.
 *
 * The values of text columns stand as they are; of numbers and times a range reads as one.
 */
export function nameSlice(values: Readonly<Record<string, string>>, frame: Frame): string {
  return Object.entries(values)
    .map(([column, value]) =>
      frame.columns.get(column)?.type === "string" ? `${column} = ${value}` : ranged(column, value),
    )
    .join(" and ");
}

function ranged(column: string, value: string): string {
  if (value.startsWith("< ") || value.startsWith("≥ ")) return `${column} ${value}`;
  const [low, high] = value.split(" – ");
  return high === undefined ? `${column} = ${value}` : `${low} ≤ ${column} < ${high}`;
}
