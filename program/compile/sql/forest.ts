import type { Forest, Statement } from "../model.ts";
import { type NumberSql, piece, ranged, type Sql, sql } from "./model.ts";
import type { Printer } from "./printer.ts";
import { valuesRange } from "./ranges.ts";

/** Bits of the longest bit set a node may have. */
const beyondBits = 2 ** 25;

/** Sums of trees, one a class: each tree is nested CASE, and its sum runs on in tree order. */
export function printForest(printer: Printer, { features, forest }: Statement & { do: "forest" }): NumberSql[] {
  const xs = features.map((slot) => {
    const value = printer.atom(printer.numbers[slot]!);
    printer.numbers[slot] = value;
    return value;
  });
  const whole = new Map<number, Sql>();
  const wholeOf = (feature: number): Sql => {
    const known = whole.get(feature);
    if (known !== undefined) return known;
    const made = printer.stages.column(wholeNumber(printer, xs[feature]!));
    whole.set(feature, made);
    return made;
  };
  const leaves = valuesRange(forest.leafValue);
  const classes = forest.bases.length;
  return forest.bases.map((base, c) => {
    const terms = [printer.constant(base)];
    for (let t = c; t < forest.treeStart.length; t += classes)
      terms.push(ranged(treeTerm(printer, printTree(printer, forest, forest.treeStart[t]!, xs, wholeOf)), leaves));
    return printer.dialect.sum(printer.stages, terms);
  });
}

/** DuckDB plans a long sum of long terms slowly: there each tree is a column. */
function treeTerm({ dialect, stages }: Printer, tree: Sql): Sql {
  return dialect.name === "duckdb" ? stages.column(tree) : tree;
}

function printTree(
  printer: Printer,
  forest: Forest,
  root: number,
  xs: readonly NumberSql[],
  wholeOf: (feature: number) => Sql,
): Sql {
  const { dialect, stages } = printer;
  const print = (ref: number): Sql => {
    if (ref < 0) return piece(dialect.number(forest.leafValue[~ref]!));
    const feature = forest.feature[ref]!;
    const missingLeft = forest.missingLeft[ref] === 1;
    const left = fit(print(forest.left[ref]!));
    const right = fit(print(forest.right[ref]!));
    // a comparison with NULL is not true, so the side that missing takes stands under ELSE
    const [yes, no] = missingLeft ? [right, left] : [left, right];
    let test: Sql;
    if (forest.categorical[ref] === 1) test = dialect.bit(wholeOf(feature), nodeBits(forest, ref, missingLeft));
    else test = sql`${xs[feature]!} ${missingLeft ? ">" : "<="} ${dialect.number(forest.threshold[ref]!)}`;
    return { ...sql`CASE WHEN ${test} THEN ${yes} ELSE ${no} END`, depth: 1 + Math.max(left.depth, right.depth) };
  };
  const fit = (value: Sql): Sql => (value.depth >= dialect.deepestCase ? stages.column(value) : value);
  return print(root);
}

/** The bits that lead to the side under THEN: left, or right where missing goes left. */
function nodeBits(forest: Forest, node: number, inverted: boolean): boolean[] {
  const from = forest.bitsetStart[node]!;
  const words = forest.bitsets.subarray(from, forest.bitsetStart[node + 1]!);
  return Array.from(
    { length: words.length * 32 },
    (_, x) => ((words[x >>> 5]! >>> (x & 31)) & 1) === (inverted ? 0 : 1),
  );
}

/** A feature as an integer; NULL where it is not a place of a bit set. */
function wholeNumber(printer: Printer, x: NumberSql): Sql {
  const { dialect } = printer;
  const { low, high, whole } = x.range;
  const integer = dialect.integer(x);
  if (whole && low >= 0 && high < beyondBits) return integer;
  const within = sql`${x} >= ${dialect.number(0)} AND ${x} < ${dialect.number(beyondBits)}`;
  // floor is computed of what lies within only
  return sql`CASE WHEN ${within} THEN CASE WHEN ${x} = floor(${x}) THEN ${integer} END END`;
}
