import type { Program, ProgramNode } from "../model.ts";

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
