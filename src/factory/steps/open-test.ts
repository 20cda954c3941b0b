import { z } from "zod";
import { systemClock } from "#kernel";
import { defineStep } from "#pipeline";
import { openTestSet } from "#registry";

/** Records that the test rows are opened for one more model, before anything is measured on them. */
export const openTestStep = defineStep({
  module: import.meta.url,
  export: "openTestStep",
  name: "open-test",
  version: 1,
  kind: "effect",
  weight: "light",
  inputs: { split: { type: "split" }, model: { type: "model" } },
  outputs: { opening: { type: "opening" } },
  options: z.strictObject({ model: z.string() }),
  async run(context, { split, model }, { model: name }) {
    const registry = { metadata: context.metadata, clock: systemClock, by: `factory/${name}` };
    const { value } = await openTestSet(registry, {
      model: name,
      content: model.record.content,
      testSet: split.record.content,
      runId: context.runId,
    });
    return { opening: { value: { ...value }, properties: { openings: value.openings } } };
  },
});
