import { decodeProgram } from "@millrace/program";
import { z } from "zod";
import type { ExportEvidence } from "#evaluate";
import { allToolchains, type Parity, type Skipped, verifyProgram } from "#package";
import { defineStep } from "#pipeline";
import { modelProgram } from "./model-artifact.ts";

const targetSchema = z.enum(["onnx", "ts", "js", "python", "c", "java", "go", "sql"]);

/**
 * Exports the model to some targets, runs each beside the interpreter, and says what was found. Keyed by the toolchains that
 * are installed; one that is not here is found wanting.
 */
export const verifyExportsStep = defineStep({
  module: import.meta.url,
  export: "verifyExportsStep",
  name: "verify-exports",
  version: 1,
  kind: "source",
  weight: "heavy",
  inputs: { model: { type: "model" } },
  outputs: { exports: { type: "exports" } },
  options: z.strictObject({
    model: z.string(),
    targets: z.array(targetSchema),
    rows: z.number().int().min(1).max(100_000).default(2000),
  }),
  watermark: async ({ targets }) => {
    const found: Record<string, string> = {};
    for (const { name, traits, find } of toolchainsOf(targets)) {
      const own = await find();
      found[`${name}${traits.dialect === undefined ? "" : ` ${traits.dialect}`}`] =
        "missing" in own ? own.missing : own.version;
    }
    return found;
  },
  async run(context, { model }, { model: name, targets, rows }) {
    const { json, bytes } = await modelProgram(model);
    const { program, tensors } = decodeProgram(json, bytes);
    const { ok, parity, skipped } = await verifyProgram(program, tensors, {
      name,
      digest: model.record.content,
      rows,
      targets,
      signal: context.signal,
      onProgress: (what) => context.progress({ what }),
    });
    const checks = targets.flatMap((target): ExportEvidence[] => {
      const ran = parity.filter((one) => one.target === target);
      // A dialect without its database does not spoil another that could be run.
      if (ran.length > 0) return ran.map((one) => ({ target, ok: one.ok, evidence: said(one) }));
      return skipped
        .filter((one) => one.target === target)
        .map((one) => ({ target, ok: false, evidence: notRun(one) }));
    });
    return {
      exports: {
        value: JSON.parse(JSON.stringify({ checks, parity, skipped })),
        properties: { ok: ok && checks.every((one) => one.ok) },
      },
    };
  },
});

function toolchainsOf(targets: readonly string[]) {
  return allToolchains().filter(({ traits }) => traits.targets.some((target) => targets.includes(target)));
}

function said({
  target,
  dialect,
  toolchain,
  version,
  cases,
  maxAbsError,
  differingPredictions,
  ok,
  error,
}: Parity): string {
  const what = `${target}${dialect === undefined ? "" : ` (${dialect})`} with ${toolchain} ${version}`;
  if (error !== undefined) return `${what} failed: ${error}`;
  if (ok) return `${what} scores ${cases} golden rows as the program does (largest error ${maxAbsError}).`;
  return `${what} differs from the program on ${cases} golden rows: largest error ${maxAbsError}, ${differingPredictions} other predictions.`;
}

function notRun({ target, toolchain, reason }: Skipped): string {
  return `${target} could not be checked with ${toolchain}: ${reason}.`;
}
