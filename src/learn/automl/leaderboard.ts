import type { FeaturePlan } from "#transform";
import type { LearningTask } from "../model.ts";
import { assembleModels } from "./assemble-models.ts";
import type { Chosen } from "./choose-model.ts";
import type { LeaderboardEntry } from "./model.ts";
import { programCost } from "./program-cost.ts";
import type { Trial } from "./run-trial.ts";

/** All trials from best to worst; an average that was chosen stands first. */
export function leaderboard(
  ranked: readonly Trial[],
  chosen: Chosen,
  plan: FeaturePlan,
  classes: readonly string[],
  task: LearningTask,
  lost: ReadonlyMap<Trial, readonly string[]>,
): LeaderboardEntry[] {
  const cost = (members: readonly Trial[]) => {
    const models = members.map(({ plan: trial, model }) => ({ trial, model }));
    const { program, tensors } = assembleModels(plan, models, {
      task,
      classes,
      calibration: { kind: "none" },
    });
    return programCost(program, tensors);
  };
  const entries: Omit<LeaderboardEntry, "rank">[] = ranked.map((trial) => ({
    learner: trial.plan.learner,
    options: trial.plan.options,
    score: trial.score,
    interval: trial.interval,
    trainSeconds: trial.trainSeconds,
    ...cost([trial]),
    facts: trial.model.facts,
    ...(lost.has(trial) ? { lost: lost.get(trial)! } : {}),
  }));
  if (chosen.members.length > 1)
    entries.unshift({
      learner: "average",
      options: { members: chosen.members.length },
      score: chosen.score,
      interval: chosen.interval,
      trainSeconds: chosen.members.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0),
      ...cost(chosen.members),
      facts: { ranks: chosen.members.map((member) => ranked.indexOf(member) + 2) },
    });
  return entries.map((entry, k) => ({ rank: k + 1, ...entry }));
}
