import { z } from "zod";
import { assignSplits } from "#dataset";
import { defineStep, type InputArtifact } from "#pipeline";
import { datasetFrame } from "./dataset-artifact.ts";

const fraction = z.number().min(0).max(1);

/** Assigns every row to train, validation or test; equal rows stay together. */
export const splitStep = defineStep({
  module: import.meta.url,
  export: "splitStep",
  name: "split",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: { dataset: { type: "dataset" } },
  outputs: { split: { type: "split" } },
  options: z.strictObject({
    strategy: z.enum(["random", "stratified", "group", "time"]),
    fractions: z.strictObject({ train: fraction, validation: fraction, test: fraction }),
    target: z.string().optional(),
    time: z.string().optional(),
    group: z.string().optional(),
    features: z.array(z.string()).optional().describe("columns over which rows count as equal; default: all"),
    gapDays: z.number().min(0).default(0),
    seed: z.number().int().min(0).describe("of the split alone, so that test rows stay test rows from run to run"),
  }),
  async run(_context, { dataset }, { features, target, ...options }) {
    const frame = await datasetFrame(dataset);
    const alike = { ...(features !== undefined && { features }), ...(target !== undefined && { target }) };
    const { codes, report } = assignSplits(frame, { ...options, ...alike, keepDuplicatesTogether: true });
    return { split: { files: { "codes.u8": codes, "report.json": new TextEncoder().encode(JSON.stringify(report)) } } };
  },
});

/** Which rows are in a split: 1 where the row is. */
export async function rowsOf(split: InputArtifact, name: "train" | "validation" | "test"): Promise<Uint8Array> {
  const wanted = { train: 0, validation: 1, test: 2 }[name];
  return (await split.bytes("codes.u8")).map((code) => (code === wanted ? 1 : 0));
}
