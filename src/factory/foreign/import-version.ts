import type { RuleDefinition } from "@millrace/program/import";
import { z } from "zod";
import type { ExportEvidence } from "#evaluate";
import { systemClock } from "#kernel";
import { definePipeline, defineStep, type RunOutcome } from "#pipeline";
import { type RiskTier, registerVersion } from "#registry";
import type { FactoryConfig } from "../config.ts";
import type { Project } from "../open-project.ts";
import { type TurnOptions, turnPipeline } from "../run-factory.ts";
import { verifyExportsStep } from "../steps/verify-exports.ts";
import type { ForeignOptions } from "./foreign-model.ts";
import { importModelStep } from "./import-model.ts";
import { readModelFileStep } from "./read-model-file.ts";

/** Registers an imported model whose exports are what its program is; it has no figures, since no data judged it. */
export const registerImportStep = defineStep({
  module: import.meta.url,
  export: "registerImportStep",
  name: "register-import",
  version: 1,
  kind: "effect",
  weight: "light",
  inputs: { model: { type: "model" }, exports: { type: "exports" } },
  outputs: { version: { type: "version" } },
  options: z.strictObject({
    model: z.string(),
    riskTier: z.enum(["minimal", "limited", "high"]),
    owner: z.string().optional(),
  }),
  async run(context, { model, exports }, { model: name, riskTier, owner }) {
    const { checks } = await exports.json<{ readonly checks: readonly ExportEvidence[] }>();
    const refused = checks.filter(({ ok }) => !ok).map(({ evidence }) => evidence);
    if (refused.length > 0) return { version: { value: { model: name, version: null, refused } } };
    const { value, hit } = await registerVersion(
      { metadata: context.metadata, clock: systemClock, by: `import/${name}` },
      {
        model: name,
        artifactId: model.record.id,
        content: model.record.content,
        runId: context.runId,
        riskTier,
        ...(owner === undefined ? {} : { owner }),
      },
    );
    return {
      version: {
        value: { model: name, version: value.version, content: value.content, known: hit, refused: [] },
        content: model.record.content,
        properties: { version: value.version },
      },
    };
  },
});

export interface ImportRequest {
  readonly name: string;
  /** A file below or beside the project, or a rule that was read already. */
  readonly file?: string;
  readonly rule?: RuleDefinition;
  readonly options?: ForeignOptions;
  /** Exports that must say what the program says before it is registered. */
  readonly targets: readonly ("onnx" | "ts" | "js" | "python" | "c" | "java" | "go" | "sql")[];
  readonly riskTier?: RiskTier;
  readonly owner?: string;
}

/**
 * Registers a model that was made elsewhere under a name of its own, by a run that is recorded like any other.
 *
 * Errors: those of `runPipeline`; what a step throws is in the outcome.
 */
export function importVersion(
  project: Project,
  config: FactoryConfig,
  { name, file, rule, options = {}, targets, riskTier = "minimal", owner }: ImportRequest,
  turn: TurnOptions = {},
): Promise<RunOutcome> {
  const pipeline = definePipeline(`import-${name}`, (p) => {
    const source =
      file === undefined
        ? {}
        : { source: p.step("model-file", readModelFileStep, { inputs: {}, options: { path: file } }).out.source };
    const { model } = p.step("import-model", importModelStep, {
      inputs: source,
      options: { ...options, ...(rule === undefined ? {} : { rule }) } as never,
    }).out;
    const { exports } = p.step("verify-exports", verifyExportsStep, {
      inputs: { model },
      options: { model: name, targets: [...targets] },
    }).out;
    p.step("register", registerImportStep, {
      inputs: { model, exports },
      options: { model: name, riskTier, ...(owner === undefined ? {} : { owner }) },
    });
  });
  return turnPipeline(project, config, pipeline, turn);
}
