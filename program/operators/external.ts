import { sha256 } from "../format/sha256.ts";
import { ProgramError } from "../problem.ts";
import type { OnnxPort } from "./attributes.ts";
import { isNumeric, noText, type Operator, type Prepared, typeName, type ValueType, widthOf } from "./operator.ts";

const sizeOf = ({ shape }: OnnxPort) => shape.reduce((product, size) => product * size, 1);
const mostNumbers = 1_000_000;

function needsRuntime(op: string, name: string): () => Prepared {
  return () => {
    throw new ProgramError(
      "PROGRAM_RUNTIME_MISSING",
      `The operator "${op}" needs a runtime.`,
      `Give it one: load(source, externalRuntimes({ ${name} })).`,
    );
  };
}

/** A graph of ONNX as it is; its bytes are a tensor of the program. */
const onnxModel: Operator = {
  op: "onnxModel",
  attributes: {
    model: { kind: "u8" },
    digest: { kind: "text" },
    feeds: { kind: "ports" },
    output: { kind: "text" },
    width: { kind: "integer", low: 1, high: mostNumbers },
  },
  result: (inputs, attributes) => {
    const feeds = attributes.ports("feeds");
    const digest = `sha256:${sha256(attributes.u8("model"))}`;
    if (digest !== attributes.text("digest")) return `has another digest than its bytes, ${digest}`;
    if (feeds.some((port) => sizeOf(port) > mostNumbers)) return `has a feed of more than ${mostNumbers} numbers`;
    const wrong = feedsProblem(inputs, feeds);
    if (wrong !== undefined) return wrong;
    const width = attributes.number("width");
    return width === 1 ? { type: "number" } : { type: "vector", width };
  },
  prepare: needsRuntime("onnxModel", "onnx"),
};

/** The inputs fill the feeds in order, each whole. */
function feedsProblem(inputs: readonly ValueType[], feeds: readonly OnnxPort[]): string | undefined {
  let at = 0;
  for (const feed of feeds) {
    for (let left = sizeOf(feed); left > 0; at++) {
      const type = inputs[at];
      const fits =
        feed.type === "string"
          ? type?.type === "string"
          : isNumeric(type) || type?.type === "bool" || type?.type === "vector";
      if (!fits) return `feeds "${feed.name.slice(0, 80)}" (${feed.type}) with ${typeName(type)}`;
      left -= type!.type === "string" || type!.type === "bool" ? 1 : widthOf(type!);
      if (left < 0) return `feeds "${feed.name.slice(0, 80)}" with more numbers than it takes`;
    }
  }
  return at === inputs.length ? undefined : `takes ${at} inputs; got ${inputs.length}`;
}

/** Pixels of an image whose bytes stand in a text as base64, each channel (x ÷ 255 − mean) ÷ deviation. */
const imagePixels: Operator = {
  op: "imagePixels",
  attributes: {
    width: { kind: "integer", low: 1, high: 1024 },
    height: { kind: "integer", low: 1, high: 1024 },
    filter: { kind: "choice", choices: ["nearest", "linear", "cubic", "mitchell", "lanczos2", "lanczos3"] },
    layout: { kind: "choice", choices: ["channelsFirst", "channelsLast"] },
    mean: { kind: "numbers" },
    deviation: { kind: "numbers" },
  },
  result: (inputs, attributes) => {
    const wrong = noText(inputs);
    if (wrong !== undefined) return wrong;
    const [mean, deviation] = [attributes.numbers("mean"), attributes.numbers("deviation")];
    if (mean.length !== 3 || deviation.length !== 3) return "needs three means and three deviations";
    if (deviation.some((one) => one <= 0)) return "has a deviation that is not above 0";
    const width = 3 * attributes.number("width") * attributes.number("height");
    return width > mostNumbers ? `gives more than ${mostNumbers} numbers` : { type: "vector", width };
  },
  prepare: needsRuntime("imagePixels", "images"),
};

/** Operators that need a runtime beside the program; no target of generated code has one. */
export const externalTable: ReadonlyMap<string, Operator> = new Map(
  [onnxModel, imagePixels].map((one) => [one.op, one]),
);
