import { decodeProgram, type Frame } from "@millrace/program";
import { z } from "zod";
import { MillraceError } from "#kernel";
import { networkCost } from "#learn";
import { defineStep, type InputArtifact } from "#pipeline";
import {
  graftImages,
  type ImageFeatures,
  imageColumns,
  imageFeatures,
  pixelScales,
  withImageColumns,
} from "#transform";
import { datasetFrame, datasetWith } from "./dataset-artifact.ts";
import { modelFiles, modelProgram } from "./model-artifact.ts";

/** What a factory says of its images. */
export const imageOptionsSchema = z.strictObject({
  column: z.string().min(1).default("image").describe("the column of images in base64"),
  pixels: z
    .enum(Object.keys(pixelScales) as [keyof typeof pixelScales])
    .default("unit")
    .describe("how the embedding wants its pixels"),
});
type ImageOptions = z.output<typeof imageOptionsSchema>;

/** The rows with the numbers of each image in its place: what is screened and learned from. */
export const imageFeaturesStep = defineStep({
  module: import.meta.url,
  export: "imageFeaturesStep",
  name: "image-features",
  version: 2,
  kind: "pure",
  weight: "heavy",
  inputs: { dataset: { type: "dataset" }, embedding: { type: "model-source", optional: true } },
  outputs: { dataset: { type: "dataset" }, embedded: { type: "embedded-columns" } },
  options: imageOptionsSchema,
  async run(context, { dataset, embedding }, options) {
    const features = await featuresOf(options, embedding);
    const frame = await datasetFrame(dataset);
    requireImages(frame, options.column);
    const seen = withImageColumns(frame, features);
    context.metric("columns", features.width);
    const { graph } = features;
    return {
      dataset: await datasetWith(seen, dataset, context.scratch),
      embedded: { value: graph === undefined ? [] : [{ columns: imageColumns(features), ...networkCost(graph) }] },
    };
  },
});

/** A model that was learned from the numbers of images, as one that takes the images themselves. */
export const imageModelStep = defineStep({
  module: import.meta.url,
  export: "imageModelStep",
  name: "image-model",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: { model: { type: "model" }, embedding: { type: "model-source", optional: true } },
  outputs: { model: { type: "model" } },
  options: imageOptionsSchema,
  async run(_context, { model, embedding }, options) {
    const { json, bytes } = await modelProgram(model);
    const learned = decodeProgram(json, bytes);
    const made = graftImages(learned.program, learned.tensors, await featuresOf(options, embedding));
    const { files, content } = modelFiles(made.program, made.tensors);
    return { model: { files, content, properties: { ...model.record.properties } } };
  },
});

async function featuresOf({ column, pixels }: ImageOptions, embedding?: InputArtifact): Promise<ImageFeatures> {
  return imageFeatures({
    column,
    scale: pixels,
    ...(embedding === undefined ? {} : { embedding: await embedding.bytes("model") }),
  });
}

function requireImages(frame: Frame, column: string): void {
  if (frame.columns.get(column)?.type === "string") return;
  throw new MillraceError("FACTORY_COLUMN_UNKNOWN", {
    message: `The data have no column "${column}" of images.`,
    next: 'Read the images themselves: source: { kind: "images", path: "…", content: true }, or name the column: images: { column: "…" }.',
    facts: { column },
  });
}
