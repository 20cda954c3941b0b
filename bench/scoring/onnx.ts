import { compilers } from "@millrace/program/compile";
import type { Model } from "./models.ts";

export type RowCall = (row: Record<string, unknown>) => Promise<unknown>;

const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;

/** The ONNX export of a model: an input a column, texts as string tensors. */
export async function ownGraph({ program, tensors }: Model): Promise<RowCall | undefined> {
  const compiler = compilers.get("onnx");
  if (compiler === undefined || compiler.supports(program, tensors).length > 0) return undefined;
  const { InferenceSession, Tensor } = await import("onnxruntime-node");
  const { files } = compiler.compile(program, tensors, { name: "bench" });
  const file = files.find(({ path }) => path.endsWith(".onnx"))!.content as Uint8Array;
  const session = await InferenceSession.create(file, options);
  const texts = new Set(program.inputs.filter(({ type }) => type === "string").map(({ name }) => name));
  // what no score depends on is no input of the graph
  const taken = session.inputNames;
  const numberOf = (value: unknown) => {
    if (value === null || value === undefined) return Number.NaN;
    // the graph takes microseconds for a date
    return typeof value === "string" ? Date.parse(value.length > 10 ? `${value}Z` : value) * 1000 : Number(value);
  };
  return (row) => {
    const feeds = Object.fromEntries(
      taken.map((name) => [
        name,
        texts.has(name)
          ? new Tensor("string", [String(row[name] ?? "")], [1, 1])
          : new Tensor("float64", Float64Array.of(numberOf(row[name])), [1, 1]),
      ]),
    );
    return session.run(feeds, ["score"]);
  };
}

/** A graph that takes all columns as one tensor of floats. */
export async function tensorGraph(path: string, { program }: Model): Promise<RowCall> {
  const { InferenceSession, Tensor } = await import("onnxruntime-node");
  const session = await InferenceSession.create(path, options);
  const names = program.inputs.map(({ name }) => name);
  const [input = ""] = session.inputNames;
  return (row) => {
    const values = Float32Array.from(names, (name) => (row[name] === null ? Number.NaN : Number(row[name])));
    return session.run({ [input]: new Tensor("float32", values, [1, names.length]) });
  };
}
