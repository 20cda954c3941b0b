import type { JsonObject, JsonValue } from "@millrace/program";
import { z } from "zod";
import { knownNames, MillraceError } from "#kernel";
import { defineStep } from "./define-step.ts";

/** Reads one value out of a JSON artifact, so that conditions and fan-outs are recorded and cached like all else. */
export const selectStep = defineStep({
  module: import.meta.url,
  export: "selectStep",
  name: "select",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: { from: { type: "*" } },
  outputs: { value: { type: "value" } },
  options: z.object({
    path: z.string().default("").describe("Keys and list positions from the root, separated by dots."),
    list: z.boolean().default(false).describe("Whether the value must be a list."),
  }),
  async run(_context, { from }, { path, list }) {
    const value = valueAt(await from.json(), path, from.record.type);
    if (list && !Array.isArray(value))
      throw new MillraceError("PIPELINE_MAP_NOT_LIST", {
        message: `The value at "${path}" of the ${from.record.type} artifact is ${kindOf(value)}, and a fan-out needs a list.`,
        next: "Name the path of a list, or have the step before give one.",
        facts: { path, type: from.record.type },
      });
    return { value: { value } };
  },
});

/** Stands for a person's answer: its execution is recorded by the driver and never run. */
export const decisionStep = defineStep({
  module: import.meta.url,
  export: "decisionStep",
  name: "decision",
  version: 1,
  kind: "effect",
  weight: "light",
  inputs: { of: { type: "*", many: true } },
  outputs: { decision: { type: "decision" } },
  options: z.object({ question: z.string() }),
  async run() {
    throw new MillraceError("KERNEL_INVARIANT_BROKEN", {
      message: "A decision is recorded, never computed.",
      next: "Report this with the log of the run.",
    });
  },
});

function valueAt(root: JsonValue, path: string, type: string): JsonValue {
  let value = root;
  for (const key of path === "" ? [] : path.split(".")) {
    const holder = typeof value === "object" && value !== null ? (value as JsonObject) : {};
    if (!Object.hasOwn(holder, key))
      throw new MillraceError("PIPELINE_VALUE_MISSING", {
        message: `The ${type} artifact has no value at "${path}": there is no "${key}" (${knownNames(key, Object.keys(holder))}).`,
        next: "Correct the path of the condition or fan-out.",
        facts: { path, type },
      });
    value = holder[key]!;
  }
  return value;
}

function kindOf(value: JsonValue): string {
  return value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
