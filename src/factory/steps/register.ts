import { z } from "zod";
import { systemClock } from "#kernel";
import { defineStep } from "#pipeline";
import { registerVersion, setAlias } from "#registry";
import type { EvaluationReport } from "./evaluate.ts";

/** Registers the model as the next version; the same model again is the same version. */
export const registerStep = defineStep({
  module: import.meta.url,
  export: "registerStep",
  name: "register",
  version: 1,
  kind: "effect",
  weight: "light",
  inputs: { model: { type: "model" }, evaluation: { type: "evaluation" }, verdict: { type: "verdict" } },
  outputs: { version: { type: "version" } },
  options: z.strictObject({
    model: z.string(),
    riskTier: z.enum(["minimal", "limited", "high"]),
    owner: z.string().optional(),
  }),
  async run(context, { model, evaluation }, { model: name, riskTier, owner }) {
    const report = await evaluation.json<EvaluationReport>();
    const metrics = Object.fromEntries(
      Object.entries(report.model.metrics).flatMap(([key, { value, low, high }]) =>
        value === null ? [] : [[key, { value, low, high }]],
      ),
    );
    const registry = { metadata: context.metadata, clock: systemClock, by: `factory/${name}` };
    const { value, hit } = await registerVersion(registry, {
      model: name,
      artifactId: model.record.id,
      content: model.record.content,
      runId: context.runId,
      metrics,
      riskTier,
      ...(owner === undefined ? {} : { owner }),
    });
    await setAlias(registry, {
      model: name,
      version: value.version,
      alias: "challenger",
      reason: "registered by a run",
      key: context.idempotencyKey,
    });
    return {
      version: {
        value: { model: name, version: value.version, content: value.content, known: hit },
        content: model.record.content,
        properties: { version: value.version },
      },
    };
  },
});
