import type { NestedColumn, NestedFrame } from "./model.ts";

/** A column of single values. */
export type LeafColumn = Exclude<NestedColumn, { type: "list" | "struct" }>;

/** The columns of single values in a frame, named as statistics name them: values of lists one after the other, fields by their path. */
export function leavesOf({ columns }: NestedFrame): { readonly name: string; readonly column: LeafColumn }[] {
  return [...columns].flatMap(([name, column]) => leavesUnder(name, column));
}

function leavesUnder(name: string, column: NestedColumn): { name: string; column: LeafColumn }[] {
  if (column.type === "list") return leavesUnder(name, column.values);
  if (column.type === "struct")
    return [...column.fields].flatMap(([field, under]) => leavesUnder(`${name}.${field}`, under));
  return [{ name, column }];
}
