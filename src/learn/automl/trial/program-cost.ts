import type { Program, Tensor, Tensors } from "@millrace/program";
import { encodeProgram } from "@millrace/program/write";

/** Work units are microseconds of the interpreter on a 2020s core, fitted once; they order models, a gate measures. */
const microsOf = { node: 0.05, treeLevel: 0.012, weight: 0.003, text: 20 };

/** Seconds that checking, packing and writing a program of so many bytes takes; its golden rows and digests go by its size. */
export function writingSeconds(sizeBytes: number): number {
  return 0.15e-6 * sizeBytes;
}

/** Estimated work of scoring one row, and the size of the program's files. */
export function programCost(program: Program, tensors: Tensors): { scoreMicros: number; sizeBytes: number } {
  let micros = 0;
  for (const { op, attributes } of program.nodes) {
    micros += microsOf.node;
    const tensor = (name: string): Tensor["values"] | undefined => {
      const value = attributes[name];
      return typeof value === "object" && value !== null && "tensor" in value
        ? tensors.get(String(value.tensor))?.values
        : undefined;
    };
    if (op === "trees") {
      const trees = tensor("treeStart")?.length ?? 0;
      const leaves = tensor("leafValue")?.length ?? 0;
      micros += microsOf.treeLevel * trees * (bitLength(leaves / Math.max(trees, 1)) + 1);
    } else if (op === "terms" || op === "termLinear") micros += microsOf.text;
    else if (op === "linear") micros += microsOf.weight * (tensor("weights")?.length ?? 0);
  }
  const files = encodeProgram(program, tensors);
  return { scoreMicros: Math.round(micros * 1000) / 1000, sizeBytes: files.json.length + files.tensors.length };
}

function bitLength(count: number): number {
  return 32 - Math.clz32(Math.ceil(count));
}
