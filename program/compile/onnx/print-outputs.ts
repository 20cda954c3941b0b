import type { LoweredWithGraphs } from "../model.ts";
import { reasonOf, reasonTexts } from "../printing/extras.ts";
import type { GraphPrinter } from "./graph-printer.ts";
import type { OnnxValue } from "./onnx-model.ts";
import { printAnyMissing } from "./print-number.ts";

export const outputNames = [
  "score",
  "prediction",
  "scores",
  "interval_low",
  "interval_high",
  "set",
  "out_of_domain",
  "abstain",
] as const;

/** Adds the outputs' nodes; missing scores are NaN, their prediction is "" (regression: NaN). */
export function printOutputs(p: GraphPrinter, lowered: LoweredWithGraphs): OnnxValue[] {
  return [...printScore(p, lowered), ...printExtras(p, lowered)];
}

/** Outputs beside the score: numbers with NaN for missing, a row of 0 and 1 for a set, the reason as text. */
function printExtras(p: GraphPrinter, lowered: LoweredWithGraphs): OnnxValue[] {
  const column = p.builder.integers([1]);
  return lowered.extras.map(({ kind, column: name, slot }): OnnxValue => {
    if (kind === "number") {
      p.builder.output(name, "Squeeze", [p.rows(p.numbers[slot]!), column]);
      return { name, type: "double", shape: ["rows"], doc: "NaN where it is missing." };
    }
    if (kind === "reason") {
      const texts = p.builder.constant({ type: "string", shape: [reasonTexts.length], values: reasonTexts });
      const place = p.node("Cast", [p.node("Squeeze", [p.rows(p.numbers[slot]!), column])], { to: { int: 7 } });
      p.builder.output(name, "Gather", [texts, place]);
      return { name, type: "string", shape: ["rows"], doc: "Why there is no prediction; empty where there is one." };
    }
    const vector = p.rows(p.vectors[slot]!);
    const gap = p.whole.has(slot) ? undefined : printAnyMissing(p, vector);
    p.builder.output(name, "Identity", [gap === undefined ? vector : p.where(gap, p.nan(), vector)]);
    const classes = lowered.program.outputs.classes!.length;
    return { name, type: "double", shape: ["rows", classes], doc: "1 where the class is in the set, else 0." };
  });
}

function printScore(p: GraphPrinter, lowered: LoweredWithGraphs): OnnxValue[] {
  const { task, classes = [], threshold = 0.5 } = lowered.program.outputs;
  const column = p.builder.integers([1]);
  const squeeze = (name: string, value: string) => p.builder.output(name, "Squeeze", [value, column]);
  const refused = printRefused(p, lowered);
  const valid = (value: string) => (refused === undefined ? value : p.where(refused, p.nan(), value));
  const reason = reasonOf(lowered);
  /** What is predicted, or what says that nothing is, where the row abstains. */
  const decided = (prediction: string, nothing: string, isFlat: boolean) => {
    if (reason === undefined) return prediction;
    const number = p.rows(p.numbers[reason.slot]!);
    const abstains = p.node("Greater", [isFlat ? p.node("Squeeze", [number, column]) : number, p.builder.double(0)]);
    return p.where(abstains, nothing, prediction);
  };
  const score = (doc: string): OnnxValue => ({ name: "score", type: "double", shape: ["rows"], doc });
  const labels: OnnxValue = {
    name: "prediction",
    type: "string",
    shape: ["rows"],
    doc: "The predicted class; empty where the score is missing.",
  };
  const scores: OnnxValue = {
    name: "scores",
    type: "double",
    shape: ["rows", classes.length],
    doc: "A score for each class, in the order of the metadata's classes.",
  };
  if ("vector" in lowered.score) {
    const vector = p.rows(p.vectors[lowered.score.vector]!);
    const gap = p.whole.has(lowered.score.vector) ? undefined : printAnyMissing(p, vector);
    const each = valid(gap === undefined ? vector : p.where(gap, p.nan(), vector));
    const best = p.node("ArgMax", [each], { axis: { int: 1 }, keepdims: { int: 0 } });
    const greatest = p.node("ReduceMax", [each, column], { keepdims: { int: 0 } });
    const names = p.builder.constant({ type: "string", shape: [classes.length], values: classes });
    const unknown = p.node("IsNaN", [greatest]);
    p.builder.output("score", "Identity", [greatest]);
    const label = decided(p.node("Gather", [names, best]), p.builder.text(""), true);
    p.builder.output("prediction", "Where", [unknown, p.builder.text(""), label]);
    p.builder.output("scores", "Identity", [each]);
    return [score("The score of the predicted class; NaN where it is missing."), labels, scores];
  }
  const value = valid(p.rows(p.numbers[lowered.score.number]!));
  squeeze("score", value);
  if (task === "regression") {
    squeeze("prediction", decided(value, p.nan(), false));
    const doc = "The predicted value; NaN where it is missing.";
    return [score(doc), { name: "prediction", type: "double", shape: ["rows"], doc }];
  }
  const isPositive = p.node("GreaterOrEqual", [value, p.builder.double(threshold)]);
  const label = p.where(isPositive, p.builder.text(classes[1]!), p.builder.text(classes[0]!));
  const known = decided(label, p.builder.text(""), false);
  squeeze("prediction", p.where(p.node("IsNaN", [value]), p.builder.text(""), known));
  const negative = p.node("Sub", [p.builder.double(1), value]);
  p.builder.output("scores", "Concat", [negative, value], { axis: { int: 1 } });
  return [score(`The probability of ${JSON.stringify(classes[1])}; NaN where it is missing.`), labels, scores];
}

/** [rows, 1]: whether an input is missing that may not be. */
function printRefused(p: GraphPrinter, { inputs }: LoweredWithGraphs): string | undefined {
  const tests = inputs.flatMap(({ input, text, number }) => {
    if (input.missingAllowed) return [];
    return text === undefined ? p.node("IsNaN", [p.numbers[number!]!]) : p.isEmpty(p.texts[text]!);
  });
  return tests.length === 0 ? undefined : tests.reduce((a, b) => p.node("Or", [a, b]));
}
