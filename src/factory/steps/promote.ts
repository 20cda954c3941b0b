import { z } from "zod";
import { systemClock } from "#kernel";
import { defineStep } from "#pipeline";
import { recordDeployment, setAlias } from "#registry";
import type { RecordedVerdict } from "./gate.ts";

/** Points `@champion` at the version. */
export const promoteStep = defineStep({
  module: import.meta.url,
  export: "promoteStep",
  name: "promote",
  version: 1,
  kind: "effect",
  weight: "light",
  inputs: { version: { type: "version" }, verdict: { type: "verdict" } },
  outputs: { promotion: { type: "promotion" } },
  options: z.strictObject({ model: z.string() }),
  async run(context, { version, verdict }, { model }) {
    const { version: number } = await version.json<{ version: number }>();
    const { checks } = await verdict.json<RecordedVerdict>();
    const reason = checks.find((check) => check.name === "betterThanChampion")?.evidence ?? "passed the gate";
    const registry = { metadata: context.metadata, clock: systemClock, by: `factory/${model}` };
    const { value } = await setAlias(registry, {
      model,
      version: number,
      alias: "champion",
      reason,
      key: context.idempotencyKey,
    });
    return { promotion: { value: { model, version: number, previous: value.previous, reason } } };
  },
});

/** Lets the factory's endpoint follow `@champion`. */
export const deployStep = defineStep({
  module: import.meta.url,
  export: "deployStep",
  name: "deploy",
  version: 1,
  kind: "effect",
  weight: "light",
  inputs: { promotion: { type: "promotion" } },
  outputs: { deployment: { type: "deployment" } },
  options: z.strictObject({ model: z.string(), endpoint: z.string() }),
  async run(context, _inputs, { model, endpoint }) {
    const registry = { metadata: context.metadata, clock: systemClock, by: `factory/${model}` };
    await recordDeployment(registry, { endpoint, model, alias: "champion", reason: "the champion serves" });
    return { deployment: { value: { endpoint, model, follows: "champion" } } };
  },
});
