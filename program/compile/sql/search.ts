import { compareUtf8 } from "../../text/utf8-order.ts";
import { joined, type Sql, sql } from "./model.ts";

/** A balanced tree of CASE over `count` leaves; `before(k)` is true for what belongs to leaves below k. */
function balanced(from: number, to: number, leafSize: number, leaf: Leaf, before: (k: number) => Sql): Sql {
  if (to - from <= leafSize) return leaf(from, to);
  const middle = (from + to) >>> 1;
  const low = balanced(from, middle, leafSize, leaf, before);
  const high = balanced(middle, to, leafSize, leaf, before);
  return sql`CASE WHEN ${before(middle)} THEN ${low} ELSE ${high} END`;
}

type Leaf = (from: number, to: number) => Sql;

/** The value of the first key that equals x, or `other`. */
export function chooseBy(x: Sql, cases: readonly (readonly [key: string, value: string])[], other: string): Sql {
  if (cases.length === 0) return sql`CASE WHEN ${x} IS NULL THEN ${other} ELSE ${other} END`;
  return sql`CASE ${x} ${cases.map(([key, value]) => `WHEN ${key} THEN ${value}`).join(" ")} ELSE ${other} END`;
}

/** Position of a text among levels by binary search in the order of UTF-8 bytes; −1 where it is none. */
export function searchLevels(
  x: Sql,
  levels: readonly string[],
  text: (value: string) => string,
  number: (value: number) => string,
  leafSize = 8,
): Sql {
  const places = levels.map((_, place) => place).sort((a, b) => compareUtf8(levels[a]!, levels[b]!));
  const leaf: Leaf = (from, to) =>
    chooseBy(
      x,
      places.slice(from, to).map((place) => [text(levels[place]!), number(place)] as const),
      number(-1),
    );
  return balanced(0, places.length, leafSize, leaf, (k) => sql`${x} < ${text(levels[places[k]!]!)}`);
}

/** Value of a table by position, by binary search. */
export function searchTable(x: Sql, values: ArrayLike<number>, number: (value: number) => string, leafSize = 4): Sql {
  const leaf: Leaf = (from, to) => {
    const cases: [string, string][] = [];
    for (let k = from; k < to - 1; k++) cases.push([number(k), number(values[k]!)]);
    const last = number(values[to - 1]!);
    return cases.length === 0 ? joined([last], "") : chooseBy(x, cases, last);
  };
  return balanced(0, values.length, leafSize, leaf, (k) => sql`${x} < ${number(k)}`);
}

/** How many of an increasing list are below x (or ≤ x), by binary search. */
export function searchCount(
  x: Sql,
  mode: "below" | "upTo",
  values: ArrayLike<number>,
  number: (value: number) => string,
): Sql {
  const sign = mode === "below" ? "<=" : "<";
  return balanced(
    0,
    values.length + 1,
    1,
    (from) => joined([number(from)], ""),
    (k) => sql`${x} ${sign} ${number(values[k - 1]!)}`,
  );
}
