import type { Forest } from "../../model.ts";
import { type ForestLayout, layOutForest } from "../../printing/forest-layout.ts";
import { number, type TablePrinter } from "../literals.ts";

/**
 * `forest<id>(x, a[, out])`: the sum over the features x[a …] (or into `out`, a number a class), and
 * `forestRows<id>(x, rows, out)` for rows side by side.
 */
export function printForest(forest: Forest, features: number, id: number, tables: TablePrinter): string[] {
  const layout = layOutForest(
    forest,
    Array.from({ length: features }, (_, k) => k),
    true,
  );
  return [
    `const F${id} = new Float64Array(${features});`,
    ...(layout === undefined
      ? walkedSplits(forest, features, id, tables)
      : walkedLayout(layout, forest, features, id, tables)),
  ];
}

function walkedLayout(
  layout: ForestLayout,
  { bases }: Forest,
  features: number,
  id: number,
  tables: TablePrinter,
): string[] {
  const { columns, sets, roots, value, feature, next } = layout;
  const none = new Uint32Array(0);
  const walked = [
    `columns: [${columns.flatMap(({ slot, low }) => [slot, low ? 1 : 0]).join(", ")}]`,
    `roots: ${tables.wholes(roots)}`,
    `value: ${tables.doubles(value)}`,
    `feature: ${tables.wholes(feature)}`,
    `next: ${tables.wholes(next)}`,
    `bases: [${bases.map(number).join(", ")}]`,
    `codes: [${(sets?.columns ?? []).flatMap(({ slot, limit }) => [slot, limit]).join(", ")}]`,
    ...(["start", "code", "words"] as const).map((name) => `${name}: ${tables.wholes(sets?.[name] ?? none)}`),
  ];
  const out = bases.length === 1 ? "undefined" : "out";
  return [
    `const W${id} = forestWalker({ ${walked.join(", ")} });`,
    `function forest${id}(x, a, out) { return W${id}.row(x, a, ${out}); }`,
    `function forestRows${id}(x, rows, out) { W${id}.rows(x, ${features}, rows, out); }`,
  ];
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
  const leaf = (at: string) => `L${id}[walk(N${id}, H${id}, S${id}, B${id}, R${id}[t], x, ${at})]`;
  const one =
    classes === 1
      ? [
          `  let sum = ${number(forest.bases[0]!)};`,
          `  for (let t = 0; t < ${count}; t++) sum += ${leaf("a")};`,
          "  return sum;",
        ]
      : [
          ...forest.bases.map((base, k) => `  out[${k}] = ${number(base)};`),
          `  for (let t = 0; t < ${count}; t++) out[t % ${classes}] += ${leaf("a")};`,
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
    `    for (let i = 0; i < rows; i++) out[i * ${classes} + (t % ${classes})] += ${leaf(`i * ${features}`)};`,
    `  for (let i = 0; i < rows * ${classes}; i++) out[i] += 0;`,
    "}",
  ];
}
