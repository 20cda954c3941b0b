import type { Forest } from "../model.ts";
import { doublesLiteral, number, wholesLiteral } from "./literals.ts";

/** Beyond this, code for each tree no longer fits the processor's caches, and a walk over tables is faster. */
const mostLeavesAsCode = 20_000;
/** Deeper trees would nest beyond what an engine parses; their lower parts go on in functions of their own. */
const deepestExpression = 24;

/**
 * `forest<id>(x, a[, out])`: the sum over the features x[a …] (or into `out`, a number a class), and
 * `forestRows<id>(x, rows, out)` for rows side by side.
 */
export function printForest(forest: Forest, features: number, id: number): string[] {
  const asCode = forest.leafValue.length <= mostLeavesAsCode;
  const trees = asCode ? codeTrees(forest, id) : tableTrees(forest, id);
  const count = forest.treeStart.length;
  const classes = forest.bases.length;
  // Sets of categories are asked by whole numbers, which are made of a row's features once.
  const sets = asCode ? [...new Set(forest.feature.filter((_, n) => forest.categorical[n] === 1))] : [];
  const codes = (rows: string) =>
    sets.length === 0 ? [] : [`  const c = codesOf(K${id}, x, G${id}, ${features}, ${rows});`];
  const reach = (t: number, at: string) =>
    asCode
      ? `f${id}_${t}(x, ${at}, ${sets.length === 0 ? "undefined" : "c"})`
      : `L${id}[walk(N${id}, H${id}, S${id}, B${id}, R${id}[${t}], x, ${at})]`;
  const lines = [...trees, `const F${id} = new Float64Array(${features});`];
  if (sets.length > 0)
    lines.push(`const K${id} = [${sets.join(", ")}];`, `const G${id} = { codes: new Int32Array(${features}) };`);
  if (classes === 1) {
    lines.push(`function forest${id}(x, a) {`, ...codes("1"), `  let sum = ${number(forest.bases[0]!)};`);
    if (asCode) for (let t = 0; t < count; t++) lines.push(`  sum += ${reach(t, "a")};`);
    else
      lines.push(
        `  for (let t = 0; t < ${count}; t++) sum += L${id}[walk(N${id}, H${id}, S${id}, B${id}, R${id}[t], x, a)];`,
      );
    lines.push("  return sum;", "}");
  } else {
    lines.push(`function forest${id}(x, a, out) {`, ...codes("1"));
    forest.bases.forEach((base, k) => {
      lines.push(`  out[${k}] = ${number(base)};`);
    });
    if (asCode) for (let t = 0; t < count; t++) lines.push(`  out[${t % classes}] += ${reach(t, "a")};`);
    else
      lines.push(
        `  for (let t = 0; t < ${count}; t++) out[t % ${classes}] += L${id}[walk(N${id}, H${id}, S${id}, B${id}, R${id}[t], x, a)];`,
      );
    lines.push("  clean(out);", "}");
  }
  const trace = asCode
    ? Array.from(
        { length: count },
        (_, t) =>
          `  for (let i = 0; i < rows; i++) out[i * ${classes} + ${t % classes}] += ${reach(t, `i * ${features}`)};`,
      )
    : [
        `  for (let t = 0; t < ${count}; t++) {`,
        `    const root = R${id}[t];`,
        `    for (let i = 0; i < rows; i++) out[i * ${classes} + (t % ${classes})] += L${id}[walk(N${id}, H${id}, S${id}, B${id}, root, x, i * ${features})];`,
        "  }",
      ];
  lines.push(
    `function forestRows${id}(x, rows, out) {`,
    ...codes("rows"),
    `  for (let i = 0; i < rows; i++) { ${forest.bases.map((base, k) => `out[i * ${classes} + ${k}] = ${number(base)};`).join(" ")} }`,
    ...trace,
    `  for (let i = 0; i < rows * ${classes}; i++) out[i] += 0;`,
    "}",
  );
  return lines;
}

/** One function a tree: nested choices. A missing number compares as false, so the test is turned where it goes left. */
function codeTrees(forest: Forest, id: number): string[] {
  const lines: string[] = [];
  if (forest.bitsets.length > 0) lines.push(`const B${id} = ${wholesLiteral("u32", forest.bitsets)};`);
  let parts = 0;
  const branch = (ref: number, depth: number): string => {
    if (ref < 0) return number(forest.leafValue[~ref]!);
    if (depth === deepestExpression) {
      const name = `f${id}p${parts++}`;
      lines.push(`function ${name}(x, a, c) { return ${branch(ref, 0)}; }`);
      return `${name}(x, a, c)`;
    }
    const x = `x[a + ${forest.feature[ref]}]`;
    const left = branch(forest.left[ref]!, depth + 1);
    const right = branch(forest.right[ref]!, depth + 1);
    const missingLeft = forest.missingLeft[ref] === 1;
    if (forest.categorical[ref] === 1) {
      const start = forest.bitsetStart[ref]!;
      const words = forest.bitsetStart[ref + 1]! - start;
      if (words === 0) return missingLeft ? left : right;
      // −1, for what is in no set, is beyond every set as an unsigned number; a shift takes its lower five bits.
      const code = `c[a + ${forest.feature[ref]}]`;
      const word = words === 1 ? String(forest.bitsets[start]!) : `B${id}[${start} + (${code} >>> 5)]`;
      return `(((${code} >>> 0) < ${words * 32} ? (${word} >>> ${code}) & 1 : ${missingLeft ? 1 : 0}) === 1 ? ${left} : ${right})`;
    }
    const threshold = number(forest.threshold[ref]!);
    return missingLeft ? `(${x} > ${threshold} ? ${right} : ${left})` : `(${x} <= ${threshold} ? ${left} : ${right})`;
  };
  forest.treeStart.forEach((root, t) => {
    const body = branch(root, 0);
    lines.push(`function f${id}_${t}(x, a, c) { return ${body}; }`);
  });
  return lines;
}

function tableTrees(forest: Forest, id: number): string[] {
  const nodes = new Int32Array(forest.feature.length * 4);
  for (let n = 0; n < forest.feature.length; n++) {
    nodes[4 * n] = forest.feature[n]!;
    nodes[4 * n + 1] = forest.left[n]!;
    nodes[4 * n + 2] = forest.right[n]!;
    nodes[4 * n + 3] = forest.categorical[n]! | (forest.missingLeft[n]! << 1);
  }
  return [
    `const N${id} = ${wholesLiteral("i32", nodes)};`,
    `const H${id} = ${doublesLiteral(forest.threshold)};`,
    `const S${id} = ${wholesLiteral("i32", forest.bitsetStart)};`,
    `const B${id} = ${wholesLiteral("u32", forest.bitsets)};`,
    `const R${id} = ${wholesLiteral("i32", forest.treeStart)};`,
    `const L${id} = ${doublesLiteral(forest.leafValue)};`,
  ];
}
