import type { ColumnTypes } from "./column-types.ts";
import type { Expr } from "./syntax.ts";

/** Texts that an expression may give, in the order in which they stand: those in quotes, and those of columns that it passes on. */
export function textsOf(
  expr: Expr,
  types: ColumnTypes,
  held: (column: string) => readonly string[],
): readonly string[] {
  return [...new Set(found(expr))];

  function found(part: Expr): readonly string[] {
    switch (part.k) {
      case "text":
        return [part.value];
      case "column":
        return held(types.nameOf(part));
      case "case":
        return [...part.whens.map(({ gives }) => gives), part.otherwise].flatMap(found);
      case "coalesce":
        return part.items.flatMap(found);
      case "cast":
        return types.typeOf(part.a) === "bool" ? ["false", "true"] : found(part.a);
      default:
        return [];
    }
  }
}
