import type { ProgramInput } from "@millrace/program";
import type { Feature, Schema } from "../../schema/model.ts";
import { allowedTexts } from "../checks/check-domain.ts";
import { isDeprecated, isRequired } from "../checks/feature-paths.ts";
import { exampleSchema } from "./example-schema.ts";

type InputPromise = NonNullable<ProgramInput["promise"]>;

/**
 * A program's inputs with what the schema demands of each row, so that `check` finds it without the platform: presence,
 * domains of texts, ranges of numbers.
 *
 * ```ts
 * const schema = schemaFromText('feature { name: "age" type: INT int_domain { max: 99 } }');
 * promisedInputs([{ name: "age", type: "integer", missingAllowed: true }], schema)[0]?.promise?.high; // 99
 * ```
 *
 * Shapes: inputs that the schema says nothing of stay as they are. What only many rows can break is left out.
 */
export function promisedInputs(inputs: readonly ProgramInput[], schema: Schema): ProgramInput[] {
  const held = exampleSchema(schema);
  const features = new Map(held.feature?.map((feature) => [feature.name, feature]));
  return inputs.map((input) => {
    const feature = features.get(input.name);
    const promise = feature === undefined || isDeprecated(feature) ? {} : promiseOf(input, feature, held);
    return Object.keys(promise).length === 0 ? input : { ...input, promise };
  });
}

function promiseOf({ type }: ProgramInput, feature: Feature, schema: Schema): InputPromise {
  const required = isRequired(feature) ? ({ required: true } as const) : {};
  const { boolDomain, intDomain, floatDomain } = feature;
  if (type === "string" && feature.type === "BYTES") {
    const { trueValue, falseValue } = boolDomain ?? {};
    const levels = boolDomain
      ? [trueValue, falseValue].filter((value) => value !== undefined)
      : allowedTexts(feature, schema);
    return { ...required, ...(levels && { levels: [...levels] }) };
  }
  if (type === "integer" && feature.type === "INT") {
    const { min, max } = boolDomain ? { min: 0, max: 1 } : (intDomain ?? {});
    return { ...required, ...(min !== undefined && { low: min }), ...(max !== undefined && { high: max }) };
  }
  if (type === "number" && feature.type === "FLOAT") {
    const { min, max } = floatDomain ?? {};
    return {
      ...required,
      ...(min !== undefined && { low: -furthestBelow(-min) }),
      ...(max !== undefined && { high: furthestBelow(max) }),
    };
  }
  return required;
}

/** The greatest number that is not above the bound once both are kept in 32 bits, as domains of floats are. */
function furthestBelow(bound: number): number {
  const kept = Math.fround(bound);
  if (!Number.isFinite(kept)) return bound > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE;
  let low = kept;
  let high = kept + Math.max(Math.abs(kept) * 2 ** -22, 2 ** -148);
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return low;
    if (Math.fround(middle) <= kept) low = middle;
    else high = middle;
  }
}
