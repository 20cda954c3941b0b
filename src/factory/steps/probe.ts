import { decodeProgram } from "@millrace/program";
import { compileScorer } from "@millrace/program/scorer";
import { z } from "zod";
import {
  type AttackTest,
  attackTestSchema,
  type BehaviourResult,
  behaviourSchema,
  exploreInputs,
  fewestRowsTold,
  type InputFindings,
  type MembershipAdvantage,
  measureAttacks,
  measureRobustness,
  membershipAdvantage,
  type RobustnessResult,
  runBehaviours,
  scoredModel,
} from "#evaluate";
import { platformRuntimes } from "#kernel";
import { defineStep } from "#pipeline";
import { datasetFrame } from "./dataset-artifact.ts";
import { type Imitations, imitate } from "./imitate.ts";
import { labelledRows, sharedInput } from "./labelled-rows.ts";
import { modelProgram, ownProgram } from "./model-artifact.ts";
import { quietly } from "./quietly.ts";

/** How a model behaves when it is tried out: what it looks at, how it bears faults, which promises it keeps. */
export interface ProbeReport extends InputFindings, Partial<Imitations> {
  readonly metric: string;
  /** Test rows that it was tried on. */
  readonly rows: number;
  readonly robustness: readonly RobustnessResult[];
  readonly behaviours: readonly BehaviourResult[];
  /** How well the model betrays which rows it learned from; `null`: nothing to compare. */
  readonly membership: MembershipAdvantage | null;
  /** Where the config asks for attacks, and the model decides. */
  readonly attacks?: AttackTest;
}

/** Tries a model out on its test rows: importances, dependence, faults in the rows, promised behaviours. */
export const probeStep = defineStep({
  module: import.meta.url,
  export: "probeStep",
  name: "probe",
  version: 4,
  kind: "pure",
  weight: "heavy",
  inputs: { dataset: { type: "dataset" }, split: { type: "split" }, model: { type: "model" } },
  outputs: { probes: { type: "probes" } },
  options: z.strictObject({
    task: z.enum(["binary", "multiclass", "regression"]),
    target: z.string(),
    weight: z.string().optional(),
    query: z.string().optional().describe("of a ranking: the column that names the query of a row"),
    metric: z.string(),
    noise: z.number(),
    missing: z.number(),
    typo: z.number(),
    units: z.array(z.string()),
    behaviours: z.array(behaviourSchema),
    attacks: attackTestSchema.optional(),
    mostRows: z.number().int().min(1).default(1000).describe("the first so many test rows are tried"),
    inputs: z.number().int().min(0).default(6).describe("inputs whose dependence is told"),
    dependenceRows: z
      .number()
      .int()
      .min(1)
      .default(200)
      .describe("the first so many of them tell the dependence, the first 40 at most the contributions"),
  }),
  async run(
    context,
    { dataset, split, model },
    { task, target, weight, query, metric, behaviours, attacks, mostRows, inputs, dependenceRows, ...faults },
  ) {
    const { json, bytes } = await modelProgram(model);
    const source = decodeProgram(json, bytes);
    const scorer = compileScorer(source, platformRuntimes);
    const all = await datasetFrame(dataset);
    const test = await labelledRows(all, split, "test", target, scorer, mostRows);
    const { frame, labels } = test;
    const learned = await labelledRows(all, split, "train", target, scorer, mostRows);
    const scored = scoredModel(scorer);
    const judged = query === undefined ? defined(task, metric, labels) : labels.some((grade) => grade > 0);
    const input = { labels, ...sharedInput(scorer, frame, weight, query) };
    const { seed } = context;
    const found = exploreInputs(await ownProgram(model), scored, task, frame, input, {
      metric: judged ? metric : null,
      seed,
      inputs,
      dependenceRows,
    });
    const report: ProbeReport = {
      metric,
      rows: frame.rows,
      ...found,
      robustness: judged ? measureRobustness(scored, task, frame, input, { metric, seed, ...faults }) : [],
      behaviours: runBehaviours(scorer, frame, behaviours),
      membership: membershipAdvantage(
        task,
        { scores: learned.scored.score, labels: learned.labels },
        { scores: test.scored.score, labels },
      ),
      ...(await imitate(
        {
          task,
          model: scored,
          threshold: scorer.program.outputs.threshold,
          learnFrom: learned.frame,
          labels: learned.labels,
          judgeOn: frame,
          fewestRows: fewestRowsTold,
          seed,
        },
        quietly(context),
      )),
      ...(attacks === undefined || task === "regression"
        ? {}
        : { attacks: measureAttacks(scorer, source.tensors, { frame, labels }, learned.frame, attacks) }),
    };
    return { probes: { value: JSON.parse(JSON.stringify(report)), properties: { rows: report.rows } } };
  },
});

/** Rows of one class define no ranking, and nothing can be lost. */
function defined(task: string, metric: string, labels: Float64Array): boolean {
  if (labels.length < 2) return false;
  return task === "regression" || new Set(labels).size > 1 || !/auc|ks|mcc/i.test(metric);
}
