import { abstainReasons } from "../../outputs.ts";
import type { Lowered, LoweredExtra } from "../model.ts";
import { number, type TablePrinter, text } from "./literals.ts";
import { printProgram } from "./print.ts";

/** The code of `inputs`, `task`, `classes` and `score(row)`; it needs the runtime's names in scope. */
export function printScorer(lowered: Lowered, tables?: TablePrinter): string {
  const { program, inputs } = lowered;
  const { outputs } = program;
  const { declarations, statements } = printProgram(lowered, tables);
  const readers = inputs.map(({ input }, i) => {
    const options = [
      ...(input.width === undefined ? [] : [`width: ${input.width}`]),
      ...(input.pattern === undefined ? [] : [`pattern: ${text(input.pattern)}`]),
      ...(input.invalid === undefined ? [] : [`invalid: "${input.invalid}"`, "imputed", "unread"]),
    ];
    const rest = options.length === 0 ? "" : `, { ${options.join(", ")} }`;
    return `const read${i} = inputReader(${text(input.name)}, "${input.type}", ${input.missingAllowed}${rest});`;
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
  const imputes = inputs.some(({ input }) => input.invalid === "impute");
  const lenient = inputs.some(({ input }) => input.invalid !== undefined);
  const described = inputs.map(
    ({ input }) =>
      `{ name: ${text(input.name)}, type: "${input.type}", missingAllowed: ${input.missingAllowed}${input.invalid === undefined ? "" : `, invalid: "${input.invalid}"`} }`,
  );
  return [
    `const inputs = Object.freeze([${described.join(", ")}]);`,
    `const task = "${outputs.task}";`,
    `const classes = Object.freeze(${text(outputs.classes ?? [])});`,
    `const extras = Object.freeze(${text(Object.fromEntries(lowered.extras.map(({ name, column }) => [name, column])))});`,
    // inputs of this row that count as missing because they cannot be read
    ...(lenient ? ["const imputed = [];"] : []),
    // how many values of an input could not be read, for the filter
    "const unread = new Map();",
    ...readers,
    ...declarations,
    "function score(row) {",
    ...[...(imputes ? ["imputed.length = 0;"] : []), ...reads, ...statements, ...result(lowered)].map(
      (line) => `  ${line}`,
    ),
    "}",
  ].join("\n");
}

function result(lowered: Lowered): string[] {
  const { score, extras } = lowered;
  const { outputs } = lowered.program;
  const after = [...extras.map(extra), ...imputedOf(lowered)].map((property) => `, ${property}`).join("");
  const reason = extras.find(({ kind }) => kind === "reason");
  const decided = (prediction: string) =>
    reason === undefined ? prediction : `n${reason.slot} > 0 ? null : ${prediction}`;
  const missing = (value: string) => `if (${value} !== ${value}) return { score: null, prediction: null${after} };`;
  if ("vector" in score) {
    const vector = `V${score.vector}`;
    const classes = outputs.classes!.map((name, k) => `[${text(name)}, ${vector}[${k}]]`);
    return [
      missing(`${vector}[0]`),
      `const best = firstGreatest(${vector});`,
      `return { score: ${vector}[best], scores: Object.fromEntries([${classes.join(", ")}]), prediction: ${decided("classes[best]")}${after} };`,
    ];
  }
  const value = `n${score.number}`;
  if (outputs.task === "regression")
    return [missing(value), `return { score: ${value}, prediction: ${decided(value)}${after} };`];
  const scores = `{ ${key(outputs.classes![0]!)}: 1 - ${value}, ${key(outputs.classes![1]!)}: ${value} }`;
  const chosen = decided(`classes[${value} >= ${number(outputs.threshold ?? 0.5)} ? 1 : 0]`);
  return [missing(value), `return { score: ${value}, scores: ${scores}, prediction: ${chosen}${after} };`];
}

/** A plain key is several times as fast as a computed one, but `__proto__` would be the prototype. */
const key = (name: string) => (name === "__proto__" ? `[${text(name)}]` : text(name));

function extra({ kind, name, slot }: LoweredExtra): string {
  if (kind === "number") return `${name}: n${slot} === n${slot} ? n${slot} : null`;
  if (kind === "set")
    return `${name}: V${slot}[0] === V${slot}[0] ? classes.filter((_, k) => V${slot}[k] === 1) : null`;
  return `${name}: ${text([null, ...abstainReasons])}[n${slot}]`;
}

function imputedOf({ inputs }: Lowered): string[] {
  const imputes = inputs.some(({ input }) => input.invalid === "impute");
  return imputes ? ["...(imputed.length > 0 ? { imputed: [...imputed] } : {})"] : [];
}
