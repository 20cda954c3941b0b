import type { Column, Frame } from "../columns.ts";
import { evaluateRefs } from "../interpreter/evaluate.ts";
import { type RawRow, rowEvaluator } from "../interpreter/row.ts";
import { valueReader } from "../interpreter/values.ts";
import type { Cell } from "../operators/operator.ts";
import type { CheckedNode } from "../validate.ts";
import type { Explainer, ExplainOptions, Explanation, ExplanationMethod, PreparedProgram, TopTerms } from "./model.ts";
import {
  byAmount,
  type FeatureValue,
  importancesOf,
  type Part,
  partOf,
  type RowValues,
  type TermShare,
} from "./parts.ts";
import { nodesOf, sourcesOf } from "./sources.ts";
import { type Margin, type Term, unexplained } from "./terms.ts";

/** Explains a margin that is a sum of trees and linear models over features, by the terms of that sum. */
export function explainSum(
  { program, nodes, prepared }: PreparedProgram,
  margin: Margin,
  options: ExplainOptions,
): Explainer {
  const within = textTerms(nodes, program.inputs.length, margin.terms);
  const refs = [...new Set([...margin.terms, ...within].flatMap((term) => term.refs))];
  const columnsOf = (frame: Frame) => evaluateRefs(program.inputs, prepared, frame, refs);
  const background =
    options.background === undefined ? undefined : valuesOf(columnsOf(options.background), options.background.rows);
  const interventional = options.unknown === "interventional";
  if (interventional && (background === undefined || options.background!.rows === 0))
    throw unexplained("what the background rows change, without background rows");
  const places = new Map(refs.map((ref, place) => [ref, place]));
  const made = (term: Term) => {
    const at = term.refs.map((ref) => places.get(ref)!);
    return partOf(term, at, background, interventional);
  };
  const parts = margin.terms.map(made);
  const textParts = [...parts, ...within.map(made)];
  const outputs = Math.max(...parts.map(({ base }) => base.length));
  const base = Float64Array.from(
    { length: outputs },
    (_, k) => margin.constant + parts.reduce((sum, part) => sum + part.base[k]!, 0),
  );
  const sources = refs.map((ref) => sourcesOf(nodes, program.inputs.length, ref));
  const inputs = [...new Set(sources.flat())].sort((a, b) => a - b);
  const texts = new Set([...margin.terms, ...within].flatMap((term) => (term.kind === "termLinear" ? term.refs : [])));
  const row = rowEvaluator(program.inputs, program.inputs.map(valueReader), prepared, refs);
  const rowValues = (raw: RawRow): RowValues => {
    row.run(raw);
    return row.cells.map((cell, place) => cellValue(cell, texts.has(refs[place]!)));
  };
  const explainValues = (values: RowValues): Explanation => {
    const byInput = new Map(inputs.map((input) => [input, new Float64Array(outputs)]));
    for (const part of parts)
      part.add(values, (place, output, amount) => {
        const from = sources[place]!;
        for (const input of from) byInput.get(input)![output]! += amount / from.length;
      });
    const total = base.slice();
    for (const amounts of byInput.values()) for (let k = 0; k < outputs; k++) total[k]! += amounts[k]!;
    return {
      contributions: Object.fromEntries(inputs.map((input) => [program.inputs[input]!.name, [...byInput.get(input)!]])),
      base: [...base],
      margin: [...total],
    };
  };
  const termsOf = (values: RowValues, most: number): TopTerms => {
    const found: Record<string, TermShare[]> = {};
    for (const { places: [place = 0] = [], terms } of textParts)
      for (const share of terms?.(values, most) ?? []) {
        const name = sources[place]!.map((input) => program.inputs[input]!.name).join(" × ");
        const shares = found[name];
        if (shares === undefined) found[name] = [share];
        else shares.push(share);
      }
    return Object.fromEntries(
      Object.entries(found).map(([name, shares]) => [name, shares.toSorted(byAmount).slice(0, most)]),
    );
  };
  return {
    inputs: inputs.map((input) => program.inputs[input]!.name),
    method: methodsOf(parts, interventional),
    base: [...base],
    explain: (raw) => explainValues(rowValues(raw)),
    explainFrame: (frame) => {
      const columns = valuesOf(columnsOf(frame), frame.rows);
      return Array.from({ length: frame.rows }, (_, i) => explainValues(columns.map((values) => values[i]!)));
    },
    topTerms: (raw, most = 10) => termsOf(rowValues(raw), most),
    topTermsFrame: (frame, most = 10) => {
      const columns = valuesOf(columnsOf(frame), frame.rows);
      return Array.from({ length: frame.rows }, (_, i) =>
        termsOf(
          columns.map((values) => values[i]!),
          most,
        ),
      );
    },
    importances: () => importancesOf(parts, sources, (input) => program.inputs[input]!.name),
  };
}

function methodsOf(parts: readonly Part[], interventional: boolean): ExplanationMethod {
  const hasTrees = parts.some(({ forest }) => forest !== undefined);
  const isLinear = parts.some(({ forest }) => forest === undefined);
  if (!hasTrees) return "linearShap";
  if (isLinear) return interventional ? "interventionalTreeAndLinearShap" : "treeAndLinearShap";
  return interventional ? "interventionalTreeShap" : "treeShap";
}

/** Of each feature its values in each row. */
function valuesOf(columns: readonly Column[], rows: number): readonly (readonly FeatureValue[])[] {
  return columns.map((column) => {
    if (column.type === "string") return Array.from(column.codes, (code) => column.levels[code] ?? null);
    const width = column.type === "vector" ? column.width : 1;
    return Array.from({ length: rows }, (_, i) =>
      column.missing?.[i] === 1
        ? new Array<number>(width).fill(Number.NaN)
        : Array.from(column.values.subarray(i * width, (i + 1) * width)),
    );
  });
}

/** Linear models of texts that are features of the margin's own terms. */
function textTerms(nodes: readonly CheckedNode[], inputs: number, terms: readonly Term[]): Term[] {
  const isOwn = new Set(terms.map(({ node }) => node));
  const found = new Set(
    terms.flatMap(({ refs }) => refs.flatMap((ref) => [...nodesOf(nodes, inputs, ref)])).filter((at) => at >= inputs),
  );
  return [...found]
    .map((at) => nodes[at - inputs]!)
    .filter((node) => node.operator.op === "termLinear" && !isOwn.has(node))
    .map((node) => ({ kind: "termLinear", refs: node.inputs, node, factor: 1 }));
}

function cellValue({ missing, number, vector, text }: Cell, isText: boolean): FeatureValue {
  if (isText) return missing ? null : text;
  if (vector.length > 0) return missing ? new Array<number>(vector.length).fill(Number.NaN) : [...vector];
  return [missing ? Number.NaN : number];
}
