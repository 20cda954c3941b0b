import { unsupported } from "../lower.ts";
import type { GraphStatement, Statement } from "../model.ts";
import { printGraph } from "./embed/print-graph.ts";
import type { GraphPrinter } from "./graph-printer.ts";
import { printForest } from "./print-forest.ts";
import { printNumber, printText } from "./print-number.ts";

/** Beyond this many products a row, a matrix product takes the place of exact sums: it needs less memory. */
const mostExactProducts = 16_384;

/** Adds a statement's nodes to the graph and notes where its slot lies. */
export function printStatement(p: GraphPrinter, statement: Statement | GraphStatement): void {
  switch (statement.do) {
    case "num": {
      const { slot, value } = statement;
      p.numbers[slot] = printNumber(p, value);
      if (value.k === "level") p.places.set(slot, { text: printText(p, value.text), levels: p.levels(value.table) });
      return;
    }
    case "text":
      p.texts[statement.slot] = p.rows(printText(p, statement.value));
      return;
    case "vector":
      p.vectors[statement.slot] = p.sideBySide(statement.values.map((value) => printNumber(p, value)));
      return;
    case "oneHot": {
      const width = p.width(statement.slot);
      const places = p.builder.doubles(Array.from({ length: width }, (_, k) => k));
      const place = p.rows(printNumber(p, statement.place));
      p.vectors[statement.slot] = p.cast(p.node("Equal", [place, places]), "double");
      p.whole.add(statement.slot);
      return;
    }
    case "join":
      p.vectors[statement.slot] = p.sideBySide(
        statement.parts.map((part) => ("number" in part ? p.numbers[part.number]! : p.vectors[part.vector]!)),
      );
      return;
    case "each":
      p.vectors[statement.slot] = p.rows(printNumber(p, statement.value));
      return;
    case "dot": {
      const weights = p.doubles(statement.weights);
      p.numbers[statement.slot] = weightedSum(p, p.vectors[statement.input]!, weights, [statement.bias]);
      return;
    }
    case "affine": {
      const weights = p.doubles(statement.weights);
      const biases = p.doubles(statement.biases);
      p.vectors[statement.slot] = weightedSum(p, p.vectors[statement.input]!, weights, [...biases]);
      return;
    }
    case "terms":
      throw unsupported("the terms of a text", "ONNX");
    case "cross":
      throw unsupported("crosses of texts", "ONNX");
    case "graph":
      printGraph(p, statement);
      return;
    case "softmax":
      p.vectors[statement.slot] = p.node("Softmax", [p.vectors[statement.input]!], { axis: { int: 1 } });
      p.whole.add(statement.slot);
      return;
    case "forest": {
      const sum = printForest(
        p,
        statement.features.map((slot) => p.numbers[slot]!),
        statement.forest,
      );
      if ("number" in statement.to) p.numbers[statement.to.number] = sum;
      else {
        p.vectors[statement.to.vector] = sum;
        p.whole.add(statement.to.vector);
      }
    }
  }
}

/** One output a bias: bias + Σ weight × number. Running sums add from left to right; sums and matrix products need not. */
function weightedSum(p: GraphPrinter, input: string, weights: Float64Array, biases: readonly number[]): string {
  const width = weights.length / biases.length;
  const last = p.builder.integers([width - 1]);
  const starts = new Float64Array(weights.length);
  biases.forEach((bias, j) => {
    starts[j * width] = bias;
  });
  const shape = [biases.length, width];
  if (biases.length === 1 || weights.length <= mostExactProducts) {
    const many = biases.length > 1;
    const axis = many ? 2 : 1;
    const from = many ? p.node("Unsqueeze", [input, p.builder.integers([1])]) : input;
    const constant = (values: Float64Array) =>
      p.builder.constant({ type: "double", shape: many ? shape : [width], values });
    const products = p.node("Mul", [from, constant(weights)]);
    const started = p.node("Add", [products, constant(starts)]);
    const sums = p.node("CumSum", [started, p.builder.constant({ type: "int64", shape: [], values: [axis] })]);
    const total = p.node("Gather", [sums, last], { axis: { int: axis } });
    return many ? p.node("Squeeze", [total, p.builder.integers([2])]) : total;
  }
  const columns = new Float64Array(weights.length);
  for (let j = 0; j < biases.length; j++)
    for (let k = 0; k < width; k++) columns[k * biases.length + j] = weights[j * width + k]!;
  const matrix = p.builder.constant({ type: "double", shape: [width, biases.length], values: columns });
  return p.node("Add", [p.node("MatMul", [input, matrix]), p.builder.doubles(biases)]);
}
