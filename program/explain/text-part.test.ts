import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { load } from "../interpreter/load.ts";
import type { Program, ProgramNode, Tensor } from "../model.ts";
import { frameOf } from "../testing/random-program.ts";
import { textClasses } from "../unicode/index.ts";
import { explain } from "./index.ts";

const f64 = (values: Iterable<number>): Tensor => ({ type: "f64", values: Float64Array.from(values) });
const read = <T>(path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as T;

interface Golden {
  readonly vocabulary: readonly string[];
  readonly idf: readonly number[];
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
  readonly base: readonly number[];
  readonly sums: readonly (readonly number[])[];
  readonly top: readonly (readonly (readonly [number, readonly number[]])[])[];
}
const golden = read<Golden[]>("./text-shap.golden.json");
const { texts } = read<{ texts: string[] }>("../text/terms.golden.json");

const inputs = [{ name: "message", type: "string", missingAllowed: true }] as const;
const classes = textClasses({ lower: true, plain: false });

/** A linear model over a text's terms, which are words of two letters at least. */
function textModel(attributes: ProgramNode["attributes"], idf: readonly number[] | undefined, given: Golden) {
  const tensors = new Map<string, Tensor>([
    ["classes", f64(classes.classes)],
    ["from", f64(classes.foldFrom)],
    ["to", f64(classes.foldTo)],
    ["weights", f64(given.weights.flat())],
    ["bias", f64(given.bias)],
    ...(idf === undefined ? [] : [["idf", f64(idf)] as const]),
  ]);
  const named = { classes: "classes", foldFrom: "from", foldTo: "to", weights: "weights", bias: "bias" };
  const node: ProgramNode = {
    op: "termLinear",
    version: 1,
    inputs: [0],
    attributes: {
      ...{ unit: "word", least: 2, count: "times", norm: idf !== undefined, outputs: given.bias.length },
      ...attributes,
      ...Object.fromEntries(Object.entries(named).map(([name, tensor]) => [name, { tensor }])),
      ...(idf && { idf: { tensor: "idf" } }),
    },
  };
  const link: ProgramNode = {
    op: given.bias.length === 1 ? "logistic" : "softmax",
    version: 1,
    inputs: [1],
    attributes: {},
  };
  const names = given.bias.length === 1 ? ["no", "yes"] : given.bias.map((_, k) => `c${k}`);
  const program: Program = {
    format: 1,
    inputs,
    nodes: [node, link],
    outputs: { task: given.bias.length === 1 ? "binary" : "multiclass", score: 2, classes: names },
  };
  return { program, tensors };
}

const background = frameOf(
  inputs,
  texts.slice(0, 20).map((message) => ({ message })),
);

describe("a linear model of texts", () => {
  test.each(golden)("has the contributions of shap's LinearExplainer, and its greatest terms", (given) => {
    const explainer = explain(textModel({ levels: [...given.vocabulary] }, given.idf, given), { background });
    const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 10));
    expect(explainer.base).toEqual(near(given.base));
    texts.forEach((message, k) => {
      expect(explainer.explain({ message }).contributions).toEqual({ message: near(given.sums[k]!) });
      const top = explainer.topTerms({ message }, 3).message!;
      // terms that add as much as each other may stand in any order
      expect(top.map(({ amounts }) => amounts.map(Math.abs).sort())).toEqual(
        given.top[k]!.map(([, amounts]) => near(amounts.map(Math.abs).sort())),
      );
      expect(top[0]!.term).toBe(given.vocabulary[given.top[k]![0]![0]]);
    });
    const all = explainer.explainFrame(background);
    expect(all[3]).toEqual(explainer.explain({ message: texts[3] }));
    const each = texts.slice(0, 20).map((message) => explainer.topTerms({ message }, 7));
    expect(explainer.topTermsFrame(background, 7)).toEqual(each);
    // all of them add up to what the text adds
    const every = explainer.topTerms({ message: texts[3] }, Number.POSITIVE_INFINITY).message!;
    const sums = given.bias.map((_, k) => every.reduce((sum, { amounts }) => sum + amounts[k]!, 0));
    expect(sums).toEqual(near(given.sums[3]!));
  });

  test("names the terms of a text that is a feature of another model, in that feature's amounts", () => {
    const given = golden[0]!;
    const { program, tensors } = textModel({ levels: [...given.vocabulary] }, given.idf, given);
    const nodes: ProgramNode[] = [
      program.nodes[0]!,
      { op: "clip", version: 1, inputs: [1], attributes: { low: -8, high: 8 } },
      {
        op: "linear",
        version: 1,
        inputs: [2],
        attributes: { weights: { tensor: "outer" }, bias: { tensor: "outerBias" } },
      },
      { op: "logistic", version: 1, inputs: [3], attributes: {} },
    ];
    const outer = new Map(tensors).set("outer", f64([2])).set("outerBias", f64([1]));
    const whole = { ...program, nodes, outputs: { ...program.outputs, score: 4 } };
    const message = texts[3]!;
    const found = explain({ program: whole, tensors: outer }).topTerms({ message });
    expect(found.message!.length).toBeGreaterThan(0);
    expect(found).toEqual(explain({ program, tensors }).topTerms({ message }));
  });

  test("adds up to the margin where terms are hashed or the text is missing, and names the terms of a place", () => {
    const given: Golden = { ...golden[0]!, weights: [[0.5, -2, 3]], bias: [0.25] };
    const model = textModel({ buckets: 3 }, undefined, given);
    const explainer = explain(model);
    for (const message of ["free free call", "", null]) {
      const { margin } = explainer.explain({ message });
      expect(1 / (1 + Math.exp(-margin[0]!))).toBeCloseTo(load(model).score({ message }).score!, 12);
    }
    const { message } = explainer.topTerms({ message: "free free call now here" });
    expect(message!.flatMap(({ term }) => term.split(", ")).sort()).toEqual(["call", "free", "here", "now"]);
    const total = message!.reduce((sum, { amounts }) => sum + amounts[0]!, 0);
    expect(total).toBeCloseTo(explainer.explain({ message: "free free call now here" }).contributions.message![0]!, 12);
    expect(explainer.topTerms({ message: null })).toEqual({});
  });
});
