import type { Lowered } from "../model.ts";
import { number, text } from "./literals.ts";
import { printProgram } from "./print.ts";

/** The code of `inputs`, `task`, `classes` and `score(row)`; it needs the runtime's names in scope. */
export function printScorer(lowered: Lowered): string {
  const { program, inputs } = lowered;
  const { outputs } = program;
  const { declarations, statements } = printProgram(lowered);
  const readers = inputs.map(({ input }, i) => {
    const pattern = input.pattern === undefined ? "" : `, ${text(input.pattern)}`;
    return `const read${i} = inputReader(${text(input.name)}, "${input.type}", ${input.missingAllowed}${pattern || (input.width === undefined ? "" : ", undefined")}${input.width === undefined ? "" : `, ${input.width}`});`;
  });
  const reads = inputs.flatMap(({ input, text: slot, number: place, vector }, i) => {
    // A name that every object has must be the row's own.
    const name = text(input.name);
    const raw =
      input.name in Object.prototype ? `(Object.hasOwn(row, ${name}) ? row[${name}] : undefined)` : `row[${name}]`;
    if (vector !== undefined) {
      const row = `const r${i} = read${i}(${raw});`;
      return [row, `if (r${i} === null) V${vector}.fill(NaN);`, `else V${vector}.set(r${i});`];
    }
    if (slot !== undefined) return [`const s${slot} = read${i}(${raw});`];
    if (input.type !== "number") return [`const n${place} = read${i}(${raw});`];
    return [
      `const r${i} = ${raw};`,
      `const n${place} = typeof r${i} === "number" && r${i} === r${i} ? r${i} + 0 : read${i}(r${i});`,
    ];
  });
  const described = inputs.map(
    ({ input }) => `{ name: ${text(input.name)}, type: "${input.type}", missingAllowed: ${input.missingAllowed} }`,
  );
  return [
    `const inputs = Object.freeze([${described.join(", ")}]);`,
    `const task = "${outputs.task}";`,
    `const classes = Object.freeze(${text(outputs.classes ?? [])});`,
    ...readers,
    ...declarations,
    "function score(row) {",
    ...[...reads, ...statements, ...result(lowered)].map((line) => `  ${line}`),
    "}",
  ].join("\n");
}

function result({ program: { outputs }, score }: Lowered): string[] {
  if ("vector" in score) {
    const vector = `V${score.vector}`;
    const classes = outputs.classes!.map((name, k) => `[${text(name)}, ${vector}[${k}]]`);
    return [
      `if (${vector}[0] !== ${vector}[0]) return { score: null, prediction: null };`,
      `const best = firstGreatest(${vector});`,
      `return { score: ${vector}[best], scores: Object.fromEntries([${classes.join(", ")}]), prediction: classes[best] };`,
    ];
  }
  const value = `n${score.number}`;
  const missing = `if (${value} !== ${value}) return { score: null, prediction: null };`;
  if (outputs.task === "regression") return [missing, `return { score: ${value}, prediction: ${value} };`];
  const scores = `{ [${text(outputs.classes![0]!)}]: 1 - ${value}, [${text(outputs.classes![1]!)}]: ${value} }`;
  const decided = `classes[${value} >= ${number(outputs.threshold ?? 0.5)} ? 1 : 0]`;
  return [missing, `return { score: ${value}, scores: ${scores}, prediction: ${decided} };`];
}
