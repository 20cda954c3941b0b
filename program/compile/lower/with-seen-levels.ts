import type { Lowered, LoweredInput, Table } from "../model.ts";

/** The lowered program with a table of what training saw for each text column that has one, for filters to count others by. */
export function withSeenLevels(lowered: Lowered): Lowered {
  const tables: Table[] = [...lowered.tables];
  const places = new Map(tables.flatMap((table, k) => (table.type === "levels" ? [[keyOf(table.values), k]] : [])));
  const inputs = lowered.inputs.map((one): LoweredInput => {
    const levels = one.input.type === "string" ? one.input.domain?.levels : undefined;
    if (levels === undefined || levels.length === 0 || one.text === undefined) return one;
    const values = [...new Set(levels)];
    const known = places.get(keyOf(values));
    if (known !== undefined) return { ...one, seen: known };
    places.set(keyOf(values), tables.length);
    return { ...one, seen: tables.push({ type: "levels", values }) - 1 };
  });
  return { ...lowered, inputs, tables };
}

const keyOf = (levels: readonly string[]) => JSON.stringify(levels);
