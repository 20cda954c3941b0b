import type { ArtifactRef, PipelineBuilder, StepHandle } from "#pipeline";
import type { FactoryConfig } from "../config.ts";
import { importModelStep } from "./import-model.ts";
import { readModelFileStep } from "./read-model-file.ts";

type Source = NonNullable<FactoryConfig["model"]>;
type ImportOptions = NonNullable<Parameters<typeof importModelStep.options.parse>[0]> & object;

/** The steps that make a program of a rule or of another library's file: `NAME-file` where there is a file, and `NAME`. */
export function foreignSteps(
  p: PipelineBuilder,
  rows: {
    readonly dataset: ArtifactRef<"dataset">;
    readonly split: ArtifactRef<"split">;
    readonly after: readonly StepHandle[];
  },
  shared: ImportOptions,
): (name: string, source: Source, more?: ImportOptions) => ArtifactRef<"model"> {
  return (name, source, more = {}) => {
    const { file, inline, options } = taken(source);
    const read =
      file === undefined
        ? undefined
        : p.step(`${name}-file`, readModelFileStep, { inputs: {}, options: { path: file } });
    return p.step(`import-${name}`, importModelStep, {
      inputs: {
        dataset: rows.dataset,
        split: rows.split,
        ...(read === undefined ? {} : { source: read.out.source }),
      },
      after: [...rows.after],
      options: { ...shared, ...more, ...options, ...(inline === undefined ? {} : { rule: inline }) } as never,
    }).out.model;
  };
}

function taken(source: Source) {
  if ("file" in source) {
    const { file, ...options } = source;
    return { file, inline: undefined, options };
  }
  const { rule } = source;
  return typeof rule === "string"
    ? { file: rule, inline: undefined, options: {} }
    : { file: undefined, inline: rule, options: {} };
}
