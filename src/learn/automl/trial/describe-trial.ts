import type { JsonValue } from "@millrace/program";
import type { FittedModel, LearningData } from "../../model.ts";
import { assembleModels } from "../choose/assemble-models.ts";
import type { TrialPlan } from "../search/portfolio.ts";
import { lostOn } from "./exportable.ts";
import { modelCost } from "./program-cost.ts";
import type { Trial, TrialGround } from "./run-trial.ts";

/** What a trial's model would be in use: its work, its cost, and the targets that cannot express it. */
export function describeTrial(
  plan: TrialPlan,
  model: FittedModel,
  train: LearningData | undefined,
  { matrices, settings, classes }: TrialGround,
): Pick<Trial, "plan" | "work" | "scoreMicros" | "sizeBytes" | "networks" | "lost"> {
  const features = train === undefined ? matrices.sample() : matrices.plan(0);
  const made = assembleModels(features, [{ trial: plan, model }], {
    task: settings.task,
    classes,
    calibration: { kind: "none" },
  });
  return {
    plan,
    work: train === undefined ? 0 : workOf(plan, model, train),
    ...modelCost(made, settings),
    lost: lostOn(made, settings.exportTo),
  };
}

/** Millions of touched cells, roughly, in the time that trees take for one: what orders trials by cost on any machine. */
function workOf({ learner, options }: TrialPlan, { facts, classes }: FittedModel, train: LearningData): number {
  const cells = train.rows * train.features.length;
  const outputs = classes > 2 ? classes : 1;
  const number = (value: JsonValue | undefined, other: number) => (typeof value === "number" ? value : other);
  if (learner === "gbdt") {
    const leaves = options.growth === "symmetric" ? 2 ** number(options.maxDepth, 6) : number(options.leaves, 31);
    const levels = Math.log2(leaves);
    const scans = leaves * 255 * train.features.length * 0.2;
    return (number(facts.roundsGrown, 100) * outputs * (cells * levels * 0.5 + scans)) / 1e6;
  }
  if (learner === "forest" || learner === "extraTrees") {
    const share = number(options.featuresPerSplit, Math.sqrt(train.features.length) / train.features.length);
    return (number(options.trees, 100) * cells * share * Math.log2(Math.max(train.rows, 2)) * 2) / 1e6;
  }
  if (learner === "linear") return (cells * outputs * 900) / 1e6;
  if (learner === "network") return (number(facts.rounds, 60) * train.rows * number(facts.weights, 3000) * 0.05) / 1e6;
  if (learner === "gam") return (number(facts.roundsGrown, 200) * outputs * cells * 14) / 1e6;
  return cells / 1e6;
}
