import type { Forest } from "../../model.ts";
import { type ForestLayout, layOutForest } from "../../printing/forest-layout.ts";
import { number, type TablePrinter } from "../literals.ts";

/**
 * `forest<id>(x, a[, out])`: the sum over the features x[a …] (or into `out`, a number a class), and
 * `forestRows<id>(x, rows, out)` for rows side by side.
 */
export function printForest(forest: Forest, features: number, id: number, tables: TablePrinter): string[] {
  const isWide = forest.leafWidth > 1;
  const places = Array.from({ length: features }, (_, k) => k);
  const layout = layOutForest(isWide ? leafPlaces(forest) : forest, places, true);
  const walk =
    layout === undefined
      ? walkedSplits(forest, features, id, tables)
      : isWide
        ? walkedOnce(layout, forest, features, id, tables)
        : walkedLayout(layout, forest, features, id, tables);
  return [`const F${id} = new Float64Array(${features});`, ...walk];
}

function walkedLayout(
  layout: ForestLayout,
  { bases }: Forest,
  features: number,
  id: number,
  tables: TablePrinter,
): string[] {
  const out = bases.length === 1 ? "undefined" : "out";
  return [
    walker(layout, `[${bases.map(number).join(", ")}]`, id, tables),
    `function forest${id}(x, a, out) { return W${id}.row(x, a, ${out}); }`,
    `function forestRows${id}(x, rows, out) { W${id}.rows(x, ${features}, rows, out); }`,
  ];
}

/** The number of each leaf in place of its values. */
const leafPlaces = (forest: Forest): Forest => ({
  ...forest,
  leafValue: Float64Array.from({ length: forest.leafValue.length / forest.leafWidth }, (_, leaf) => leaf),
});

/** Leaves of all classes: the walker gives the number of each tree's leaf, as if every tree were a class of its own. */
function walkedOnce(
  layout: ForestLayout,
  { bases, leafValue }: Forest,
  features: number,
  id: number,
  tables: TablePrinter,
): string[] {
  const [trees, classes] = [layout.roots.length, bases.length];
  return [
    walker(layout, `new Float64Array(${trees})`, id, tables),
    `const L${id} = ${tables.doubles(leafValue)};`,
    `let P${id} = new Float64Array(${trees});`,
    `function leaves${id}(p, out, at) {`,
    ...bases.map((base, k) => `  out[at + ${k}] = ${number(base)};`),
    `  for (let t = 0; t < ${trees}; t++)`,
    `    for (let k = 0, v = ${classes} * P${id}[p + t]; k < ${classes}; k++) out[at + k] += L${id}[v + k];`,
    `  for (let k = 0; k < ${classes}; k++) out[at + k] += 0;`,
    "}",
    `function forest${id}(x, a, out) { W${id}.row(x, a, P${id}); leaves${id}(0, out, 0); }`,
    `function forestRows${id}(x, rows, out) {`,
    `  if (P${id}.length < ${trees} * rows) P${id} = new Float64Array(${trees} * rows);`,
    `  W${id}.rows(x, ${features}, rows, P${id});`,
    `  for (let i = 0; i < rows; i++) leaves${id}(i * ${trees}, out, i * ${classes});`,
    "}",
  ];
}

/** `bases`: code of what is added to. */
function walker(
  { columns, sets, roots, value, feature, next }: ForestLayout,
  bases: string,
  id: number,
  tables: TablePrinter,
): string {
  const none = new Uint32Array(0);
  const walked = [
    `columns: [${columns.flatMap(({ slot, low }) => [slot, low ? 1 : 0]).join(", ")}]`,
    `roots: ${tables.wholes(roots)}`,
    `value: ${tables.doubles(value)}`,
    `feature: ${tables.wholes(feature)}`,
    `next: ${tables.wholes(next)}`,
    `bases: ${bases}`,
    `codes: [${(sets?.columns ?? []).flatMap(({ slot, limit }) => [slot, limit]).join(", ")}]`,
    ...(["start", "code", "words"] as const).map((name) => `${name}: ${tables.wholes(sets?.[name] ?? none)}`),
  ];
  return `const W${id} = forestWalker({ ${walked.join(", ")} });`;
}

/** Trees that share parts, or whose sets differ much in length. */
function walkedSplits(forest: Forest, features: number, id: number, tables: TablePrinter): string[] {
  const nodes = new Int32Array(forest.feature.length * 4);
  for (let n = 0; n < forest.feature.length; n++) {
    nodes[4 * n] = forest.feature[n]!;
    nodes[4 * n + 1] = forest.left[n]!;
    nodes[4 * n + 2] = forest.right[n]!;
    nodes[4 * n + 3] = forest.categorical[n]! | (forest.missingLeft[n]! << 1);
  }
  const [count, classes] = [forest.treeStart.length, forest.bases.length];
  const walk = (at: string) => `walk(N${id}, H${id}, S${id}, B${id}, R${id}[t], x, ${at})`;
  const leaf = (at: string) => `L${id}[${walk(at)}]`;
  const added = (at: string, to: string) =>
    forest.leafWidth === 1
      ? `out[${to} + (t % ${classes})] += ${leaf(at)};`
      : `for (let k = 0, v = ${classes} * ${walk(at)}; k < ${classes}; k++) out[${to} + k] += L${id}[v + k];`;
  const one =
    classes === 1
      ? [
          `  let sum = ${number(forest.bases[0]!)};`,
          `  for (let t = 0; t < ${count}; t++) sum += ${leaf("a")};`,
          "  return sum;",
        ]
      : [
          ...forest.bases.map((base, k) => `  out[${k}] = ${number(base)};`),
          `  for (let t = 0; t < ${count}; t++) ${added("a", "0")}`,
          "  clean(out);",
        ];
  return [
    `const N${id} = ${tables.wholes(nodes)};`,
    `const H${id} = ${tables.doubles(forest.threshold)};`,
    `const S${id} = ${tables.wholes(forest.bitsetStart)};`,
    `const B${id} = ${tables.wholes(forest.bitsets)};`,
    `const R${id} = ${tables.wholes(forest.treeStart)};`,
    `const L${id} = ${tables.doubles(forest.leafValue)};`,
    `function forest${id}(x, a, out) {`,
    ...one,
    "}",
    `function forestRows${id}(x, rows, out) {`,
    `  for (let i = 0; i < rows; i++) { ${forest.bases.map((base, k) => `out[i * ${classes} + ${k}] = ${number(base)};`).join(" ")} }`,
    `  for (let t = 0; t < ${count}; t++)`,
    `    for (let i = 0; i < rows; i++) ${added(`i * ${features}`, `i * ${classes}`)}`,
    `  for (let i = 0; i < rows * ${classes}; i++) out[i] += 0;`,
    "}",
  ];
}
