import { decodeProgram, type Frame } from "@millrace/program";
import { z } from "zod";
import { selectRows } from "#dataset";
import { backgroundRows } from "#evaluate";
import { networkCost } from "#learn";
import { defineStep, type InputArtifact } from "#pipeline";
import { type ColumnEmbedding, columnEmbedding, graftEmbedding, withEmbedding } from "#transform";
import { datasetFrame, datasetWith, jsonFile } from "./dataset-artifact.ts";
import { modelFiles, modelProgram } from "./model-artifact.ts";
import { rowsOf } from "./split.ts";

/** A network of the user's, and what it reads. */
export const embeddingSchema = z.strictObject({
  network: z.string().min(1).describe("an ONNX file; relative to the project"),
  columns: z.array(z.string().min(1)).min(1).describe("the columns that it reads, in the order of its inputs"),
});

const stepOptions = z.strictObject({
  columns: z.array(z.array(z.string())).describe("what each network reads, in the order of the networks"),
});
type StepOptions = z.output<typeof stepOptions>;
const networks = { type: "model-source", many: true } as const;

/** The rows with what networks say of their columns as further columns: what is screened and learned from. */
export const embedColumnsStep = defineStep({
  module: import.meta.url,
  export: "embedColumnsStep",
  name: "embed-columns",
  version: 1,
  kind: "pure",
  weight: "heavy",
  inputs: { dataset: { type: "dataset" }, networks },
  outputs: { dataset: { type: "dataset" }, embedded: { type: "embedded-columns" } },
  options: stepOptions,
  async run(context, { dataset, networks }, options) {
    const frame = await datasetFrame(dataset);
    const embeddings = await embeddingsOf(frame, networks, options);
    const seen = embeddings.reduce(withEmbedding, frame);
    context.metric("columns", seen.columns.size - frame.columns.size);
    return {
      dataset: await datasetWith(seen, dataset, context.scratch),
      embedded: { value: embeddings.map((one) => ({ columns: [...one.names], ...networkCost(one.graph) })) },
    };
  },
});

/** A model that was learned from what networks say of columns, as one that takes the columns themselves. */
export const embeddedModelStep = defineStep({
  module: import.meta.url,
  export: "embeddedModelStep",
  name: "embedded-model",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: { model: { type: "model" }, dataset: { type: "dataset" }, split: { type: "split" }, networks },
  outputs: { model: { type: "model" } },
  options: stepOptions.extend({ explanations: z.boolean() }),
  async run(context, { model, dataset, split, networks }, { explanations, ...options }) {
    const { json, bytes } = await modelProgram(model);
    const frame = await datasetFrame(dataset);
    const embeddings = await embeddingsOf(frame, networks, options);
    const whole = embeddings.reduce(graftEmbedding, decodeProgram(json, bytes));
    const { files, content } = modelFiles(whole.program, whole.tensors);
    const background = explanations
      ? backgroundRows(whole, selectRows(frame, await rowsOf(split, "train")), context.seed)
      : null;
    const told = background === null ? {} : { "background.json": jsonFile(background) };
    return { model: { files: { ...files, ...told }, content } };
  },
});

async function embeddingsOf(
  frame: Frame,
  networks: readonly InputArtifact[],
  { columns }: StepOptions,
): Promise<readonly ColumnEmbedding[]> {
  const made: ColumnEmbedding[] = [];
  for (const [k, network] of networks.entries()) {
    const taken = made.flatMap(({ names }) => names);
    made.push(columnEmbedding(frame, columns[k]!, await network.bytes("model"), taken));
  }
  return made;
}
