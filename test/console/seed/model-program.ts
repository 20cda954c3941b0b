import type { Program, Tensors } from "@millrace/program";
import { canonicalJson, type Digest, programDigest, signatureOf } from "@millrace/program";
import { encodeProgram } from "@millrace/program/write";

const wildlife = ["Large", "Medium", "Small"];
const phases = ["Approach", "Climb", "Descent", "En Route", "Landing Roll", "Take-off run", "Taxi"];
const day = 86_400_000_000;

/** A small real program: will a bird strike damage the aircraft? `shift` tells versions apart. */
export function strikeProgram(shift: number): { readonly program: Program; readonly tensors: Tensors } {
  const program: Program = {
    format: 1,
    inputs: [
      { name: "Wildlife Size", type: "string", missingAllowed: true, domain: { levels: wildlife } },
      { name: "Phase of flight", type: "string", missingAllowed: true, domain: { levels: phases } },
      {
        name: "Height (feet above ground level)",
        type: "number",
        missingAllowed: true,
        domain: { low: 0, high: 18000 },
      },
      { name: "Speed IAS in knots", type: "number", missingAllowed: true, domain: { low: 0, high: 400 } },
      {
        name: "Flight Date",
        type: "timestamp",
        missingAllowed: true,
        domain: { low: 7305 * day, high: 9861 * day },
      },
    ],
    nodes: [
      { op: "impute", version: 1, inputs: [2], attributes: { value: 500 }, label: "height" },
      { op: "scale", version: 1, inputs: [5], attributes: { offset: 800, scale: 1700 } },
      { op: "impute", version: 1, inputs: [3], attributes: { value: 137 }, label: "speed" },
      { op: "scale", version: 1, inputs: [7], attributes: { offset: 140, scale: 45 } },
      {
        op: "oneHot",
        version: 1,
        inputs: [0],
        attributes: { levels: wildlife, other: true, missing: true },
        label: "wildlife size",
      },
      { op: "oneHot", version: 1, inputs: [1], attributes: { levels: phases, other: true, missing: true } },
      {
        op: "linear",
        version: 1,
        inputs: [6, 8, 9, 10],
        attributes: { weights: { tensor: "weights" }, bias: { tensor: "bias" } },
      },
      { op: "logistic", version: 1, inputs: [11], attributes: {} },
    ],
    outputs: { task: "binary", score: 12, classes: ["false", "true"], threshold: 0.31 },
  };
  const weights = [0.35, 0.28, 1.6, 0.45, -0.9, 0, 0.1, 0.3, 0.4, 0.35, 0.3, -0.2, 0.15, -1.1, 0, 0.05];
  const tensors: Tensors = new Map([
    ["weights", { type: "f64" as const, values: Float64Array.from(weights, (weight) => weight + shift * 0.01) }],
    ["bias", { type: "f64" as const, values: Float64Array.of(-2.4 - shift * 0.05) }],
  ]);
  return { program, tensors };
}

/** The files of a `model` artifact and their content digest. */
export function modelParts(shift: number): { readonly files: Record<string, Uint8Array>; readonly content: Digest } {
  const { program, tensors } = strikeProgram(shift);
  const encoded = encodeProgram(program, tensors);
  const signature = canonicalJson(signatureOf(program));
  const encoder = new TextEncoder();
  return {
    files: {
      "program.json": encoder.encode(encoded.json),
      "tensors.bin": encoded.tensors,
      "signature.json": encoder.encode(signature),
    },
    content: programDigest(encoded.json, encoded.tensors, signature),
  };
}
