// What a config or a program may import from `millrace`.
export { chooseGroupThresholds, findProxies, learningCurve, reweigh } from "#evaluate";
export {
  defineFactory,
  defineRule,
  type FactoryConfig,
  type FactoryInput,
  type OpenOptions,
  openProject,
  type Project,
} from "#factory";
export { MillraceError, secret } from "#kernel";
export { definePipeline, defineStep, type RunOptions, type RunOutcome, runPipeline } from "#pipeline";
export { exampleValidator, schemaFromJson, schemaFromText } from "#validate";
