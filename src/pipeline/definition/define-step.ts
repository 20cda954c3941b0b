import { z } from "zod";
import { MillraceError } from "#kernel";
import type { InputDeclarations, OutputDeclarations, StepDefinition } from "../model.ts";

const namePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const identifierPattern = /^[A-Za-z_$][\w$]*$/;

/**
 * A step: a named, versioned function from artifacts and options to artifacts, checked and with its types kept.
 *
 * ```ts
 * export const double = defineStep({
 *   module: import.meta.url, export: "double", name: "double", version: 1, kind: "pure", weight: "light",
 *   inputs: { of: { type: "number" } }, outputs: { result: { type: "number" } },
 *   options: z.object({ by: z.number().default(2) }),
 *   run: async (_context, { of }, { by }) => ({ result: { value: (await of.json<number>()) * by } }),
 * });
 * ```
 *
 * It must be a top-level export of its module, because a worker finds it there; it closes over no run-time value.
 * Errors: PIPELINE_STEP_INVALID: names the field that breaks a rule.
 */
export function defineStep<
  const I extends InputDeclarations,
  const O extends OutputDeclarations,
  S extends z.ZodObject,
>(definition: StepDefinition<I, O, S>): StepDefinition<I, O, S> {
  const problem = problemOf(definition);
  if (problem === undefined) return Object.freeze(definition);
  throw new MillraceError("PIPELINE_STEP_INVALID", {
    message: `The step ${JSON.stringify(definition.name)} is not valid: ${problem}.`,
    next: "Correct the call of `defineStep`.",
    facts: { step: String(definition.name), module: String(definition.module) },
  });
}

function problemOf(definition: StepDefinition): string | undefined {
  const { module, name, version, kind, weight, inputs, outputs, options, retries, timeoutMs, memoryLimitBytes } =
    definition;
  if (typeof module !== "string" || !module.startsWith("file:")) return "`module` must be `import.meta.url`";
  if (!identifierPattern.test(definition.export)) return "`export` must be the name that the step is exported under";
  if (!namePattern.test(name)) return "`name` must be in kebab-case";
  if (!Number.isInteger(version) || version < 1) return `\`version\` must be a whole number from 1, and is ${version}`;
  if (!["pure", "source", "effect"].includes(kind)) return `\`kind\` must be pure, source or effect, and is ${kind}`;
  if (!["light", "heavy"].includes(weight)) return `\`weight\` must be light or heavy, and is ${weight}`;
  if (!(options instanceof z.ZodObject)) return "`options` must be a zod object";
  if (kind === "source" && definition.watermark === undefined) return "a source step needs a `watermark`";
  if (kind !== "source" && definition.watermark !== undefined) return "only a source step has a `watermark`";
  for (const [role, declared] of [
    ["input", inputs],
    ["output", outputs],
  ] as const)
    for (const [key, { type }] of Object.entries(declared)) {
      if (!identifierPattern.test(key)) return `the ${role} "${key}" must have a plain name`;
      if (typeof type !== "string" || type === "") return `the ${role} "${key}" must name an artifact type`;
    }
  for (const key of definition.unkeyed ?? [])
    if (!(key in options.shape)) return `\`unkeyed\` names the option "${key}", which there is none of`;
  if (retries !== undefined && (!Number.isInteger(retries) || retries < 0))
    return "`retries` must be a whole number from 0";
  if (timeoutMs !== undefined && !(timeoutMs > 0)) return "`timeoutMs` must be greater than 0";
  if (memoryLimitBytes !== undefined && !(memoryLimitBytes > 0)) return "`memoryLimitBytes` must be greater than 0";
  return undefined;
}
