import { type JsonObject, log, type ProgramInput, type StringColumn } from "@millrace/program";
import { compareUtf8, type TermRule, termReader, termTexts } from "@millrace/program/text";
import { textClasses } from "@millrace/program/unicode";
import { listTexts } from "./list-columns.ts";
import type { FitTerms, TermRows } from "./model.ts";
import { numericFeatures } from "./numeric-features.ts";
import type { TransformOptions } from "./options.ts";
import type { PlanBuilder } from "./plan-builder.ts";

/** What a fit of terms needs of the problem. */
export interface TextTarget {
  readonly target: Float64Array;
  /** Scores a row has: classes of a multiclass problem, else 1. */
  readonly outputs: number;
  readonly fold: Uint8Array;
  readonly fitTerms: FitTerms;
  readonly weights?: Float64Array;
}

/**
 * Features of free text: the margin of a linear model of its terms (for each class), out of fold for the training rows, and
 * the text's length. The terms are words and pairs of words that several rows hold, weighted by how rare they are.
 *
 * Source: scikit-learn's TfidfVectorizer (smooth idf, rows of length 1).
 */
export function textFeatures(
  plan: PlanBuilder,
  name: string,
  ref: number,
  column: StringColumn,
  problem: TextTarget,
  options: TransformOptions,
): void {
  const rule = { unit: "word", low: 1, high: options.textWords, least: 1, most: options.textMost } as const;
  const classes = textClasses({ lower: true, plain: false });
  const shape: TermRule = { ...rule, ...classes, count: "log", norm: true };
  const texts = column.levels.map((text) => text.toWellFormed());
  const attributes: JsonObject = {
    ...rule,
    classes: plan.tensor(classes.classes),
    foldFrom: plan.tensor(classes.foldFrom),
    foldTo: plan.tensor(classes.foldTo),
  };
  termFeatures(plan, `${name}:words`, { name, ref, column, texts, shape, attributes }, problem, options);
  const lengths = texts.map((text) => [...text].length);
  const values = Float64Array.from(column.codes, (code) => (code < 0 ? 0 : lengths[code]!));
  const missing = Uint8Array.from(column.codes, (code) => (code < 0 || texts[code] === "" ? 1 : 0));
  const length = plan.node("textLength", [ref], {}, `${name}, its length`);
  numericFeatures(plan, `${name}:length`, length, values, missing.includes(1) ? missing : undefined, options);
}

/** Features of lists of texts: as of free text, with the items as they are for terms. */
export function itemFeatures(
  plan: PlanBuilder,
  input: ProgramInput,
  ref: number,
  column: StringColumn,
  problem: TextTarget,
  options: TransformOptions,
): void {
  const { name } = input;
  const rule = { unit: "item", most: options.textMost } as const;
  const none = new Float64Array();
  const shape: TermRule = {
    ...rule,
    low: 1,
    high: 1,
    least: 1,
    classes: none,
    foldFrom: none,
    foldTo: none,
    count: "log",
    norm: true,
  };
  const texts = listTexts(column.levels, input);
  termFeatures(plan, `${name}:items`, { name, ref, column, texts, shape, attributes: { ...rule } }, problem, options);
}

interface TermColumn {
  readonly name: string;
  readonly ref: number;
  readonly column: StringColumn;
  /** The levels as the program holds them. */
  readonly texts: readonly string[];
  readonly shape: TermRule;
  /** Those of `shape`, as a node has them. */
  readonly attributes: JsonObject;
}

/** The margin of a linear model of terms as features, one a class where there are several. */
function termFeatures(
  plan: PlanBuilder,
  named: string,
  { name, ref, column, texts, shape, attributes }: TermColumn,
  { target, outputs, fold, fitTerms, weights }: TextTarget,
  options: TransformOptions,
): void {
  const { levels, idf } = vocabulary(column, texts, shape, options);
  if (levels.length === 0) return;
  const reader = termReader({ ...shape, levels: new Map(levels.map((level, k) => [level, k])), idf });
  const terms = termRows(column, texts, levels.length, reader);
  const fitted = fitTerms({ terms, target, outputs, fold, ...(weights === undefined ? {} : { weights }) });
  const model: JsonObject = {
    ...attributes,
    levels,
    count: "log",
    idf: plan.tensor(idf),
    norm: true,
    weights: plan.tensor(fitted.weights),
    bias: plan.tensor(fitted.bias),
    ...(outputs > 1 ? { outputs } : {}),
  };
  const margins = plan.node("termLinear", [ref], model, `${name}, as a margin of its terms`);
  for (let k = 0; k < outputs; k++) {
    const ref = outputs === 1 ? margins : plan.node("element", [margins], { index: k }, `${name}, margin ${k}`);
    const feature = outputs === 1 ? named : `${named}:${k}`;
    plan.feature(
      { name: feature, ref, kind: "numeric", from: name, for: ["trees", "linear"] },
      fitted.outOfFold.subarray(k * column.codes.length, (k + 1) * column.codes.length),
    );
  }
}

/** Terms that enough rows hold (the most frequent ones, by UTF-8), with ln((1 + rows) / (1 + rows with it)) + 1. */
function vocabulary(
  column: StringColumn,
  texts: readonly string[],
  shape: TermRule,
  { textMinRows, textTerms }: TransformOptions,
): { readonly levels: readonly string[]; readonly idf: Float64Array } {
  const times = new Float64Array(texts.length);
  for (const code of column.codes) if (code >= 0) times[code]! += 1;
  const rows = new Map<string, number>();
  const read = termTexts(shape);
  texts.forEach((text, code) => {
    if (times[code]! > 0) for (const term of new Set(read(text))) rows.set(term, (rows.get(term) ?? 0) + times[code]!);
  });
  const kept = [...rows].filter(([, count]) => count >= textMinRows);
  kept.sort(([a, m], [b, n]) => n - m || compareUtf8(a, b));
  const levels = kept.slice(0, textTerms).map(([term]) => term);
  levels.sort(compareUtf8);
  const all = column.codes.length;
  return { levels, idf: Float64Array.from(levels, (term) => log((1 + all) / (1 + rows.get(term)!)) + 1) };
}

function termRows(
  column: StringColumn,
  texts: readonly string[],
  width: number,
  read: ReturnType<typeof termReader>,
): TermRows {
  const ofLevel = texts.map((text) => {
    const { size, indexes, values } = read(text);
    return { indexes: indexes.slice(0, size), values: values.slice(0, size) };
  });
  const starts = new Uint32Array(column.codes.length + 1);
  column.codes.forEach((code, row) => {
    starts[row + 1] = starts[row]! + (code < 0 ? 0 : ofLevel[code]!.indexes.length);
  });
  const indexes = new Uint32Array(starts.at(-1)!);
  const values = new Float64Array(starts.at(-1)!);
  column.codes.forEach((code, row) => {
    if (code < 0) return;
    indexes.set(ofLevel[code]!.indexes, starts[row]!);
    values.set(ofLevel[code]!.values, starts[row]!);
  });
  return { width, starts, indexes, values };
}
