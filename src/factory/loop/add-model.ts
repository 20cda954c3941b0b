import type { PipelineBuilder } from "#pipeline";
import type { FactoryConfig } from "../config.ts";
import { fallbackStep } from "../foreign/fallback.ts";
import { foreignSteps } from "../foreign/foreign-steps.ts";
import { imageModelStep } from "../steps/image-features.ts";
import { resampleStep } from "../steps/resample.ts";
import { screenStep } from "../steps/screen.ts";
import { trainStep } from "../steps/train.ts";
import type { LoopData } from "./add-data.ts";
import type { LoopFacts } from "./facts.ts";
import { given } from "./given.ts";

/** What the second part of the loop leaves for the last. */
export type LoopModel = ReturnType<typeof addModel>;

/** The steps from checked rows to a model: what may be learned from, training or another's model, fallback and baseline. */
export function addModel(
  p: PipelineBuilder,
  config: FactoryConfig,
  { target, images, metric, column, leftOut }: LoopFacts,
  { dataset, parts, schema, validated, learnable, embedding, pixels }: LoopData,
) {
  const { task, roles, learn } = config;
  const { guardrails } = p.step("screen", screenStep, {
    // An image that tells the answer is no leak, so its numbers are not screened one by one.
    inputs: { dataset, split: parts },
    options: {
      task,
      ...column,
      ...given({ positive: config.positive, group: roles.group }),
      targetSources: [...target.sources],
      leftOut: images === undefined ? leftOut : [...leftOut, images.column],
      sensitive: [...roles.sensitive],
      knownAfter: [...config.knownAfter],
      waive: learn.waive,
    },
  }).out;
  const foreign = foreignSteps(
    p,
    { dataset, split: parts, after: [validated] },
    {
      task,
      target: target.name,
      ...given({ positive: config.positive }),
      leftOut: [...target.sources, ...config.knownAfter],
    },
  );
  const train = () =>
    p.step("train", trainStep, {
      // A schema that nobody wrote is no promise.
      inputs: { dataset: learnable, split: parts, guardrails, ...(config.schema !== undefined && { schema }) },
      after: [validated],
      options: {
        task,
        ...column,
        ...given({ positive: config.positive, weight: roles.weight, group: roles.group, costs: learn.costs }),
        ...given({ coverage: learn.coverage, outOfDomain: learn.outOfDomain, abstain: learn.abstain }),
        invalid: learn.invalid,
        feasibility: learn.feasibility,
        explanations: learn.explanations,
        exportTo: learn.exportTo,
        ...given({ learners: learn.learners }),
        leftOut,
        ...(Object.keys(config.clean).length > 0 && { clean: config.clean }),
        metric,
        budgetTrials: learn.budgetTrials,
        threads: learn.threads,
      },
    }).out;
  const learned = config.model === undefined ? train() : null;
  const own =
    learned === null
      ? foreign("model", config.model!, { mayAbstain: config.fallback !== undefined })
      : images === undefined
        ? learned.model
        : p.step("image-model", imageModelStep, { inputs: { model: learned.model, ...embedding }, options: pixels }).out
            .model;
  const model =
    config.fallback === undefined
      ? own
      : p.step("with-fallback", fallbackStep, {
          inputs: { model: own, fallback: foreign("fallback", config.fallback) },
          options: {},
        }).out.model;
  const { raters: _, ...resampling } = config.evaluate;
  const resampled =
    learned === null || (!resampling.learningCurve && resampling.crossValidation === undefined)
      ? {}
      : p.step("resample", resampleStep, {
          inputs: { dataset: learnable, split: parts, guardrails, ...learned },
          options: {
            task,
            target: target.name,
            ...given({ positive: config.positive, time: roles.time, group: roles.group, weight: roles.weight }),
            leftOut,
            metric,
            ...resampling,
          },
        }).out;
  const baseline = config.baseline === undefined ? {} : { baseline: foreign("baseline", config.baseline) };
  return { model, guardrails, baseline, resampled, training: learned === null ? {} : { training: learned.training } };
}
