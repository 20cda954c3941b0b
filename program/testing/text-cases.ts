import type { JsonObject } from "../json.ts";
import type { InputType, Program, ProgramInput, ProgramNode, ProgramOutputs, Tensor, ValueRef } from "../model.ts";
import { textClasses } from "../unicode/index.ts";
import { hostile } from "./odd-programs.ts";
import { type ParityCase, parityCase, pickFrom } from "./parity.ts";
import type { Pick } from "./pick.ts";
import { randomValue } from "./random-node.ts";
import { withExtras } from "./random-program.ts";

/** Pieces of odd texts: marks, joiners, letters whose case is odd, halves of surrogate pairs, ends of literals. */
const pieces = [
  ...hostile,
  ...["a", "b", "the", "The", "THE", "free", "FREE!", "n't", "don't", "x_y", "2024", "1.5", "١٢٣", "Ⅷ"],
  ...[" ", "  ", "\t", "\u00a0", "\u2028", "\u3000", ".", "-", "'", "’", "\u0000"],
  ...["é", "e\u0301", "É", "İstanbul", "ISTANBUL", "ıi", "ΣΊΣΥΦΟΣ", "ςσ", "ǅ", "Ǆ", "ǆ", "ẞß", "ﬁ", "Ǜ", "Å", "ộ"],
  ...["हिन्दी", "ไทย", "한국어", "日本語", "👨‍👩‍👧", "🇩🇪", "𝒳𝓎", "𐐀", "\ud83d", "\ude00", "\u200d", "\ufeff", "\uffff"],
];
const words = [
  "a",
  "the",
  "free",
  "é",
  "e",
  "don",
  "t",
  "2024",
  "i",
  "istanbul",
  "σίσυφοσ",
  "ǆ",
  "日本語",
  "हिन्दी",
  "*/x",
  "ß",
];
const classes = textClasses({ lower: false, plain: false });
const folds = [textClasses({ lower: true, plain: false }), textClasses({ lower: true, plain: true })];

export function oddText(pick: Pick): string | null {
  if (pick(12) === 0) return null;
  if (pick(40) === 0) return "é b".repeat(1 + pick(3000));
  return Array.from({ length: pick(14) }, () => pieces[pick(pieces.length)]! + (pick(2) === 0 ? " " : "")).join("");
}

/** Says whether its list is missing. */
export function listProgram(type: "strings" | "vector"): { program: Program } {
  const nodes: ProgramNode[] = [{ op: "isMissing", version: 1, inputs: [0], attributes: {} }];
  const input: ProgramInput = { name: "x", type, missingAllowed: true, ...(type === "vector" ? { width: 3 } : {}) };
  return { program: { format: 1, inputs: [input], nodes, outputs: { task: "regression", score: 1 } } };
}

function oddValue(pick: Pick, { type, invalid }: ProgramInput): unknown {
  if (type === "string") return oddText(pick);
  if (invalid !== undefined && pick(8) === 0) return badCell(pick, type);
  if (type !== "strings" && type !== "vector") return pick(6) === 0 ? null : randomValue(pick, type);
  if (pick(10) === 0) return [null, "", " ", "[]", "[ ]"][type === "strings" ? pick(5) : pick(3)];
  if (type === "strings") {
    const items = Array.from({ length: pick(6) }, () => (pick(5) === 0 ? words[pick(16)]! : (oddText(pick) ?? "")));
    const json = JSON.stringify(items);
    // as characters, as escapes, or with white space of JSON
    if (pick(2) === 0) return items;
    return pick(2) === 0 ? json.replace(/[\u0080-\uffff]/g, escaped) : `\n [ ${json.slice(1, -1)}\t]\u00a0`;
  }
  return pick(2) === 0 ? [numbers[pick(9)], numbers[pick(9)], numbers[pick(9)]] : lists[pick(lists.length)];
}

const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
const numbers = [0, -0, 1, -1.5, 0.1, 1e308, 5e-324, 253, -7];
const lists = [
  "[1,2,3]",
  " [ -0 , 1e2\t,\n0.5e-1 ] ",
  "[1e400,-1E+400,123456789012345678901234567890]",
  "[2.5,1e-400,0.0]",
];

const badStrings = [
  "a",
  "null",
  "{}",
  '"a"',
  "[1]",
  '["a",]',
  '["a"',
  '["a" "b"]',
  '["a"]]',
  "['a']",
  '["\\x"]',
  '["\\u12g4"]',
  '["\n"]',
  "[null]",
  '[["a"]]',
  "[,]",
  "[",
  "]",
  "\ufeff\u200b[]",
  `[${'"",'.repeat(65_536)}"a"]`,
];
const badNumbers = [
  "x",
  "1",
  "null",
  "[1,2]",
  "[1,2,3,4]",
  "[]",
  "[1,2,]",
  "[1,2,+3]",
  "[1,2,03]",
  "[1,2,.5]",
  "[1,2,3.]",
  "[1,2,NaN]",
  "[1,2,Infinity]",
  '[1,2,"3"]',
  "[1,2,null]",
  "[1,2,true]",
  "[[1],2,3]",
  "[1,2,1e]",
  "[1,2,0x1]",
  "[1,2,-]",
  "[1 2,3]",
  "[1,2,3",
  "[1,2,3]x",
];

/** Cells that are no lists, by the type of the input; `vector` has 3 numbers. */
export const badLists = { strings: badStrings, vector: badNumbers } as const;

function badCell(pick: Pick, type: InputType): string {
  if (type !== "strings" && type !== "vector") return "no such thing";
  return badLists[type][pick(badLists[type].length - 1)]!;
}

/**
 * Programs of the operators of text and lists beside plain columns, with odd values; half of them have outputs beside the
 * score and policies for cells that cannot be read. For targets that are exact. The same seed gives the same cases.
 */
export function textCases(seed: number, programs: number, rowsEach: number): ParityCase[] {
  const pick = pickFrom(seed);
  return Array.from({ length: programs }, () => textCase(pick, rowsEach));
}

export function textCase(pick: Pick, count: number): ParityCase {
  const { program, tensors } = textProgram(pick);
  const rows = Array.from({ length: count }, () =>
    Object.fromEntries(program.inputs.map((input) => [input.name, oddValue(pick, input)])),
  );
  return parityCase(program, tensors, rows);
}

/** Attributes of a random rule by which a text becomes terms; hostile texts stand in its vocabulary. */
function rule(pick: Pick, tensors: Map<string, Tensor>, name: string, widest: number) {
  const f64 = (part: string, values: Float64Array) => {
    tensors.set(`${name}.${part}`, { type: "f64", values });
    return { tensor: `${name}.${part}` };
  };
  const unit = pick(3) === 0 ? "character" : "word";
  const grams =
    unit === "word"
      ? words.flatMap((word) => [word, `${word} free`, `the ${word}`])
      : words.flatMap((word) => [...word, ` ${word[0]}`]);
  const all = [...new Set([...grams, ...hostile.map((text) => text.toWellFormed()), ...words])];
  const levels = all.filter(() => pick(2) === 0);
  const space: JsonObject = pick(2) === 0 && levels.length > 0 ? { levels } : { buckets: 1 + pick(widest) };
  const width = Array.isArray(space.levels) ? space.levels.length : Number(space.buckets);
  const fold = folds[pick(2)]!;
  const low = 1 + pick(2);
  const attributes: JsonObject = {
    unit,
    low,
    high: low + pick(3),
    least: 1 + pick(2),
    most: [3, 50, 4096][pick(3)]!,
    classes: f64("classes", classes.classes),
    ...(pick(4) === 0 ? {} : { foldFrom: f64("from", fold.foldFrom), foldTo: f64("to", fold.foldTo) }),
    ...space,
    count: ["times", "log", "once"][pick(3)]!,
    ...(pick(2) === 0
      ? {
          idf: f64(
            "idf",
            Float64Array.from({ length: width }, () => 1 + pick(1000) / 7),
          ),
        }
      : {}),
    norm: pick(2) === 0,
  };
  return { attributes, width, f64 };
}

function textProgram(pick: Pick): { program: Program; tensors: Map<string, Tensor> } {
  const tensors = new Map<string, Tensor>();
  const inputs: ProgramInput[] = [
    ...["a", "b", "c"].map((name) => ({ name, type: "string", missingAllowed: true }) as const),
    { name: "*/list", type: "strings", missingAllowed: true },
    { name: "numbers", type: "vector", width: 3, missingAllowed: true },
    { name: "x", type: "number", missingAllowed: true },
    { name: "whole", type: "integer", missingAllowed: true },
    { name: "yes", type: "bool", missingAllowed: true },
    { name: "at", type: "timestamp", missingAllowed: true },
  ];
  const nodes: ProgramNode[] = [];
  const add = (op: string, from: readonly ValueRef[], attributes: JsonObject = {}) => {
    nodes.push({ op, version: 1, inputs: from, attributes });
    return inputs.length + nodes.length - 1;
  };
  const weight = () => (pick(2001) - 1000) / 96;
  const texts = [0, 1, 2];
  texts.push(
    add("cross", [0, 1, 2].slice(0, 2 + pick(2)), { separator: ["", " ", "*/", '"', "é\n", "\u0000"][pick(6)]! }),
  );
  const text = () => texts[pick(texts.length)]!;
  const lengths = [
    add("textLength", [text()]),
    add("hash", [texts[3]!], { buckets: 1000 }),
    add("ordinal", [texts[3]!], { levels: ["a*/b"], unseen: -1, missing: -2 }),
  ];
  const parts: ValueRef[] = lengths.map((ref) => add("impute", [ref], { value: -0.5 }));
  for (let k = 0; k < 3; k++) {
    const dense = rule(pick, tensors, `dense${k}`, 40);
    parts.push(add("terms", [text()], dense.attributes));
    const outputs = 1 + pick(3);
    const sparse = rule(pick, tensors, `sparse${k}`, 5000);
    parts.push(
      add("termLinear", [text()], {
        ...sparse.attributes,
        weights: sparse.f64("weights", Float64Array.from({ length: sparse.width * outputs }, weight)),
        bias: sparse.f64("bias", Float64Array.from({ length: outputs }, weight)),
        outputs,
      }),
    );
  }
  const { low, high, least, classes: _, foldFrom, foldTo, ...items } = rule(pick, tensors, "items", 40).attributes;
  parts.push(add("terms", [3], { ...items, unit: "item" }), add("isMissing", [3]));
  parts.push(add("isMissing", [4]), add("impute", [add("element", [4], { index: 1 })], { value: 0.75 }));
  parts.push(add("impute", [add("tanh", [5])], { value: 0.5 }), add("isMissing", [6]), add("isMissing", [7]));
  parts.push(add("impute", [add("datePart", [8], { part: "dayOfWeek" })], { value: 9 }));
  const all = add("concat", parts);
  const task = (["binary", "multiclass", "regression"] as const)[pick(3)]!;
  const margins = task === "multiclass" ? 3 : 1;
  const width = parts.reduce((sum, ref) => sum + widthOf(nodes[ref - inputs.length]!), 0);
  tensors.set("final", { type: "f64", values: Float64Array.from({ length: width * margins }, weight) });
  tensors.set("bias", { type: "f64", values: Float64Array.from({ length: margins }, weight) });
  const margin = add("linear", [all], { weights: { tensor: "final" }, bias: { tensor: "bias" }, outputs: margins });
  const score = task === "regression" ? margin : add(task === "binary" ? "logistic" : "softmax", [margin]);
  const classes = { regression: undefined, binary: ["*/", '"'], multiclass: ["a", "\n", "c"] }[task];
  const outputs: ProgramOutputs = { task, score, ...(classes && { classes }) };
  if (pick(2) === 0) return { program: { format: 1, inputs, nodes, outputs }, tensors };
  const domain = [5, 6, lengths[0]!, add("element", [4], { index: 2 })];
  return { program: withExtras(pick, { inputs, nodes, tensors, outputs, add }, domain), tensors };
}

function widthOf({ op, attributes }: ProgramNode): number {
  if (op === "termLinear") return Number(attributes.outputs);
  if (op !== "terms") return 1;
  return Array.isArray(attributes.levels) ? attributes.levels.length : Number(attributes.buckets);
}
