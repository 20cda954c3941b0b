/** What values are, all of them together; `none` of nothing but missing ones. */
export type NestedKind =
  | { readonly of: "none" | "bool" | "integer" | "number" | "text" }
  | { readonly of: "list"; readonly values: NestedKind }
  | { readonly of: "struct"; readonly fields: ReadonlyMap<string, NestedKind> };

export const noKind: NestedKind = { of: "none" };
const text: NestedKind = { of: "text" };

/** The kind that these values have together with those of which it is `known`; null is missing. */
export function kindOf(values: readonly unknown[], known: NestedKind = noKind): NestedKind {
  let kind = known;
  for (const value of values) {
    if (kind.of === "text") return kind;
    if (value !== null && value !== undefined) kind = join(kind, kindOfValue(value, kind));
  }
  return kind;
}

/** Of one value; what is under it joins what is `known` of the others at once, which spares a walk for each. */
function kindOfValue(value: unknown, known: NestedKind): NestedKind {
  if (Array.isArray(value)) return { of: "list", values: kindOf(value, known.of === "list" ? known.values : noKind) };
  if (typeof value === "object") {
    const fields = new Map(known.of === "struct" ? known.fields : []);
    for (const [name, inner] of Object.entries(value as object)) fields.set(name, kindOf([inner], fields.get(name)));
    return { of: "struct", fields };
  }
  if (typeof value === "boolean") return { of: "bool" };
  if (typeof value === "number") return { of: Number.isSafeInteger(value) ? "integer" : "number" };
  return text;
}

function join(a: NestedKind, b: NestedKind): NestedKind {
  if (a.of === "none" || a.of === b.of) return b;
  return isNumber(a) && isNumber(b) ? { of: "number" } : text;
}

const isNumber = ({ of }: NestedKind) => of === "integer" || of === "number";
