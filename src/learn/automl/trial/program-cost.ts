import type { Program, Tensor, Tensors } from "@millrace/program";
import { networkWork } from "@millrace/program/import";
import { encodeProgram } from "@millrace/program/write";
import type { AutomlOptions } from "../model.ts";

/** Work units are microseconds of the interpreter on a 2020s core, fitted once; they order models, a gate measures. */
const microsOf = { node: 0.05, treeLevel: 0.012, weight: 0.003, text: 20, network: 20, product: 0.0005 };

/** Seconds that checking, packing and writing a program of so many bytes takes; its golden rows and digests go by its size. */
export function writingSeconds(sizeBytes: number): number {
  return 0.15e-6 * sizeBytes;
}

export interface Cost {
  /** Work of scoring one row. */
  readonly scoreMicros: number;
  readonly sizeBytes: number;
}

/** What a network costs beside the model that reads it. */
export function networkCost(graph: Uint8Array): Cost {
  return { scoreMicros: networkMicros(graph), sizeBytes: graph.length };
}

/** As `programCost`, with the networks whose columns the program reads, and which these are. */
export function modelCost(
  { program, tensors }: { readonly program: Program; readonly tensors: Tensors },
  { networks }: Pick<AutomlOptions, "networks">,
): Cost & { readonly networks: readonly number[] } {
  const read = new Set(program.inputs.map(({ name }) => name));
  const own = [...networks.keys()].filter((k) => networks[k]!.columns.some((name) => read.has(name)));
  const { scoreMicros, sizeBytes } = programCost(program, tensors);
  const sum = (of: keyof Cost) => own.reduce((total, k) => total + networks[k]![of], 0);
  return { scoreMicros: scoreMicros + sum("scoreMicros"), sizeBytes: sizeBytes + sum("sizeBytes"), networks: own };
}

/** What several models cost in one program, in which a network stands once. */
export function costTogether(
  models: readonly (Cost & { readonly networks?: readonly number[] })[],
  { networks }: Pick<AutomlOptions, "networks">,
): Cost {
  const sum = (of: keyof Cost) => {
    const all = models.reduce((total, model) => total + model[of], 0);
    return networks.reduce((total, network, k) => {
      const times = models.filter((model) => model.networks?.includes(k)).length;
      return total - Math.max(0, times - 1) * network[of];
    }, all);
  };
  return { scoreMicros: sum("scoreMicros"), sizeBytes: sum("sizeBytes") };
}

/** Estimated work of scoring one row, and the size of the program's files. */
export function programCost(program: Program, tensors: Tensors): Cost {
  let micros = 0;
  for (const { op, version, attributes } of program.nodes) {
    micros += microsOf.node;
    const tensor = (name: string): Tensor["values"] | undefined => {
      const value = attributes[name];
      return typeof value === "object" && value !== null && "tensor" in value
        ? tensors.get(String(value.tensor))?.values
        : undefined;
    };
    if (op === "trees") {
      const width = version === 2 ? Number(attributes.classes) : 1;
      const trees = tensor("treeStart")?.length ?? 0;
      const leaves = (tensor("leafValue")?.length ?? 0) / width;
      micros += microsOf.treeLevel * trees * (bitLength(leaves / Math.max(trees, 1)) + 1);
      micros += microsOf.weight * trees * (width - 1);
    } else if (op === "terms" || op === "termLinear") micros += microsOf.text;
    else if (op === "onnxModel") micros += networkMicros(tensor("model") as Uint8Array);
    else if (op === "linear") micros += microsOf.weight * (tensor("weights")?.length ?? 0);
  }
  const files = encodeProgram(program, tensors);
  return { scoreMicros: Math.round(micros * 1000) / 1000, sizeBytes: files.json.length + files.tensors.length };
}

/** To call a network costs more than a small one's products. */
function networkMicros(graph: Uint8Array): number {
  return microsOf.network + microsOf.product * networkWork(graph);
}

function bitLength(count: number): number {
  return 32 - Math.clz32(Math.ceil(count));
}
