import type { Program, ProgramInput, ProgramNode, Tensor } from "../model.ts";
import { type ParityCase, parityCase } from "./parity.ts";

/** Sums, choices and tests of many parts, which are lowered to deep forms. */
export function wideCase(width: number) {
  const inputs = Array.from({ length: width }, (_, i) => ({
    name: `x${i}`,
    type: "number" as const,
    missingAllowed: true,
  }));
  const all = inputs.map((_, i) => i);
  const nodes: ProgramNode[] = [
    { op: "coalesce", version: 1, inputs: all, attributes: {} },
    { op: "combine", version: 1, inputs: all.map(() => width), attributes: { weights: all.map((i) => (i % 7) / 8) } },
    { op: "compare", version: 1, inputs: [0, width], attributes: { relation: "less" } },
    { op: "or", version: 1, inputs: all.map(() => width + 2), attributes: {} },
    { op: "toNumber", version: 1, inputs: [width + 3], attributes: {} },
    { op: "impute", version: 1, inputs: [width + 4], attributes: { value: 0.25 } },
    { op: "add", version: 1, inputs: [width + 1, width + 5], attributes: {} },
  ];
  const program: Program = { format: 1, inputs, nodes, outputs: { task: "regression", score: width + 6 } };
  return { program, rows: [{}, { x0: 1.5 }, { [`x${width - 1}`]: 0.1 }, { x0: -1, x7: 3 }] };
}

/** Texts that would end a literal, a comment or a line of some language. */
export const hostile = [
  '"',
  "'",
  "\\",
  '"""',
  "#",
  "\n",
  "\r",
  "\u2028",
  `\${1}`,
  "{0}",
  "%s",
  "\u0000",
  "😀",
  "\ud800",
  "*/",
  "本",
];

/** A program that has the text in every string that it may have, and rows that show whether it is still one. */
export function hostileCase(part: string) {
  const name = `${part}x`.toWellFormed();
  const level = `${part}y`.toWellFormed();
  const timeColumn = `${name}2`;
  const pattern = `%d.%m.${part.toWellFormed().replaceAll("%", "%%")}%Y`;
  const program: Program = {
    format: 1,
    inputs: [
      { name, type: "string", missingAllowed: true },
      { name: timeColumn, type: "timestamp", missingAllowed: true, pattern },
    ],
    nodes: [
      { op: "ordinal", version: 1, inputs: [0], attributes: { levels: [level], unseen: 7, missing: 9 } },
      { op: "isMissing", version: 1, inputs: [1], attributes: {} },
      { op: "add", version: 1, inputs: [2, 3], attributes: {} },
      { op: "logistic", version: 1, inputs: [4], attributes: {} },
    ],
    outputs: { task: "binary", score: 5, classes: [level, name] },
  };
  const rows = [
    { [name]: level },
    { [name]: "other", [timeColumn]: "2024-02-29" },
    { [timeColumn]: `29.2.${part.toWellFormed()}2024` },
    {},
  ];
  return { program, rows, timeColumn };
}

/** More of them, for one program that has them all. */
const oddTexts = [
  ...hostile.filter((text) => text.isWellFormed()),
  ...["`", "\\n", "/*", "//", "\r\n", "'''", "#{1}", "%%n", "??/", "??/\n", "\\\n", "\u0007", "\u007f", "\ufeff"],
  ...["</script>", "<!--", "É", "σ", "'; DROP TABLE x; --"],
];

/** A program in whose every text there is what could end a literal, a comment or a line; and rows of these texts. */
export function oddNames(): ParityCase {
  const inputs: ProgramInput[] = [];
  const nodes: ProgramNode[] = [];
  const add = (op: string, from: readonly number[], attributes: ProgramNode["attributes"]) =>
    nodes.push({ op, version: 1, inputs: from, attributes }) - 1;
  const last = 2 * oddTexts.length;
  const features: number[] = [];
  oddTexts.forEach((odd, i) => {
    const pattern = `%d.${odd.replaceAll("%", "%%")}%m.%Y`;
    inputs.push({ name: `${odd}x${i}`, type: "string", missingAllowed: true });
    inputs.push({ name: `t${odd}${i}`, type: "timestamp", missingAllowed: true, pattern });
    features.push(add("ordinal", [2 * i], { levels: ["z", `${odd}y`, odd], unseen: 7, missing: 9 }));
    const days = add("timeSince", [2 * i + 1], { at: 0, unit: "day" });
    features.push(add("impute", [last + days], { value: -3 }));
  });
  const refs = features.map((node) => last + node);
  const weights = Float64Array.from({ length: refs.length * oddTexts.length }, (_, i) => ((i % 17) - 8) / 65536);
  const tensors = new Map<string, Tensor>([
    ["weights", { type: "f64", values: weights }],
    ["bias", { type: "f64", values: new Float64Array(oddTexts.length) }],
  ]);
  const margins =
    last +
    add("linear", refs, {
      weights: { tensor: "weights" },
      bias: { tensor: "bias" },
      outputs: oddTexts.length,
    });
  const score = last + add("softmax", [margins], {});
  const classes = oddTexts.map((odd, i) => `${odd}${i}`);
  const program: Program = { format: 1, inputs, nodes, outputs: { task: "multiclass", score, classes } };
  const rows = Array.from({ length: 12 }, (_, r) =>
    Object.fromEntries(
      oddTexts.flatMap((odd, i) => [
        [`${odd}x${i}`, [odd, `${odd}y`, "a\ud800", "other", "", "z"][(i + r) % 6]],
        [`t${odd}${i}`, [`29.${odd}02.2024`, "2024-02-29", null, `1.${odd.toLowerCase()}1.1970`][(i + r) % 4]],
      ]),
    ),
  );
  return parityCase(program, tensors, rows);
}
