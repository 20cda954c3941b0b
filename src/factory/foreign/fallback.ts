import { decodeProgram, type Program, ProgramError, type Tensors } from "@millrace/program";
import { withFallback } from "@millrace/program/import";
import { z } from "zod";
import { MillraceError } from "#kernel";
import { defineStep } from "#pipeline";
import { modelFiles, modelProgram } from "../steps/model-artifact.ts";

/**
 * A model that says what another says where it gives no score itself: one program, so that every export does so, too. Both
 * parts lie beside it: an endpoint asks the fallback too where a row is not fit for the model, and where the model fails.
 */
export const fallbackStep = defineStep({
  module: import.meta.url,
  export: "fallbackStep",
  name: "fallback",
  version: 2,
  kind: "pure",
  weight: "light",
  inputs: { model: { type: "model" }, fallback: { type: "model" } },
  outputs: { model: { type: "model" } },
  options: z.strictObject({}),
  async run(_context, inputs) {
    const [model, fallback] = [await modelProgram(inputs.model), await modelProgram(inputs.fallback)];
    const merged = addFallback(decodeProgram(model.json, model.bytes), decodeProgram(fallback.json, fallback.bytes));
    const { files, content } = modelFiles(merged.program, merged.tensors);
    const text = new TextEncoder();
    return {
      model: {
        files: {
          ...files,
          "own.program.json": text.encode(model.json),
          "own.tensors.bin": model.bytes,
          "fallback.program.json": text.encode(fallback.json),
          "fallback.tensors.bin": fallback.bytes,
        },
        content,
        properties: { ...inputs.model.record.properties, fallback: inputs.fallback.record.content },
      },
    };
  },
});

/** The model with another for where it gives no score, as one. Errors: FACTORY_IMPORT_UNFIT: the two do not go together. */
export function addFallback(model: Model, fallback: Model): Model {
  try {
    return withFallback(model, fallback);
  } catch (error) {
    if (!(error instanceof ProgramError) || error.code !== "PROGRAM_RULE_INVALID") throw error;
    throw new MillraceError("FACTORY_IMPORT_UNFIT", { message: error.message, next: error.next, cause: error });
  }
}

interface Model {
  readonly program: Program;
  readonly tensors: Tensors;
}
