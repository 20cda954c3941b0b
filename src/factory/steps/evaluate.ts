import type { FrameScores, Scorer } from "@millrace/program";
import { selectRows } from "#dataset";
import {
  type BoardRow,
  baselineScores,
  boardOf,
  compareModels,
  compareSlices,
  diagnoseFit,
  type Evaluation,
  type EvaluationInput,
  evaluate,
  evaluateSlices,
  type Fairness,
  type FitDiagnosis,
  findWorstSlices,
  type HumanLevel,
  intervalInput,
  type JudgedAutomation,
  type JudgedDecision,
  judgeAutomation,
  judgeDecision,
  lossesOfPeople,
  type MeasuredOutputs,
  type ModelComparison,
  measureFairness,
  measureOutputs,
  measureRaters,
  measureSeries,
  metricNamed,
  modelBaseline,
  type NaiveScale,
  type Pictures,
  pictureScores,
  type SeriesFigures,
  type SliceComparison,
  type SliceEvaluation,
  type SliceSearch,
} from "#evaluate";
import { scalesOfSeries, seriesNames, seriesScale } from "#learn";
import { defineStep, type InputArtifact } from "#pipeline";
import { answersOfPeople } from "./answers-of-people.ts";
import { datasetFrame } from "./dataset-artifact.ts";
import { evaluateStepSchema } from "./evaluate-options.ts";
import { labelledRows, sharedInput } from "./labelled-rows.ts";
import { scorerOf } from "./model-artifact.ts";

/** What the evaluate step records: three models on the same test rows. */
export interface EvaluationReport {
  readonly metric: string;
  readonly rows: number;
  /** Test rows with an answer that the model gives no score: left out of every figure. */
  readonly unscored?: number;
  readonly model: Evaluation;
  /** How the outputs beside the score did on the test rows. */
  readonly outputs?: MeasuredOutputs;
  readonly validation: Evaluation;
  /** Without intervals: the model has seen these rows. */
  readonly train: Evaluation;
  readonly diagnosis: FitDiagnosis;
  readonly pictures: Pictures;
  /** Where the model is worst. */
  readonly search: SliceSearch;
  readonly baseline: Evaluation;
  readonly againstBaseline: ModelComparison;
  /** `null`: there was no champion when the candidate was made. */
  readonly champion: { readonly reference: string; readonly evaluation: Evaluation } | null;
  readonly againstChampion: ModelComparison | null;
  /** The model, champion, baseline and outside results, the best first. */
  readonly board: readonly BoardRow[];
  /** Under the config's costs and capacity: chosen on validation rows, judged on test rows. */
  readonly decision?: JudgedDecision;
  /** How much can be decided without people: chosen on validation rows, judged on test rows. */
  readonly automation?: JudgedAutomation;
  /** People who labelled the same rows. */
  readonly people?: HumanLevel;
  /** How far the naive forecast is off in the rows before, where they form a series. */
  readonly naive?: NaiveScale;
  /** Of several series each one's figures, the worst first. */
  readonly series?: readonly SeriesFigures[];
  readonly slices: readonly SliceEvaluation[];
  /** The slices beside the champion's, where there are slices; `null`: there was no champion. */
  readonly championSlices?: readonly SliceComparison[] | null;
  /** By sensitive column, where the gate asks for it. */
  readonly fairness?: readonly Fairness[];
}

/** The model, the trivial baseline and the champion on the same test rows, with intervals, and compared in pairs. */
export const evaluateStep = defineStep({
  module: import.meta.url,
  export: "evaluateStep",
  name: "evaluate",
  version: 5,
  kind: "pure",
  weight: "heavy",
  inputs: {
    dataset: { type: "dataset" },
    split: { type: "split" },
    model: { type: "model" },
    champion: { type: "champion" },
    baseline: { type: "model", optional: true },
    training: { type: "training", optional: true },
  },
  outputs: { evaluation: { type: "evaluation" } },
  options: evaluateStepSchema,
  async run(context, { dataset, split, model, champion, baseline, training }, options) {
    const { task, target, weight, query, metric, slices, notSearched, sensitive, draws, raters } = options;
    const all = await datasetFrame(dataset);
    const scorer = await scorerOf(model, all.rows);
    const test = await labelledRows(all, split, "test", target, scorer);
    const seed = context.seed;
    const shared = sharedInput(scorer, test.frame, weight, query);
    const { scored } = test;
    const scores = scored.score;
    const outputs = measureOutputs(scorer.program.outputs, scored, test.labels);
    const train = await labelledRows(all, split, "train", target, scorer);
    const validation = await labelledRows(all, split, "validation", target, scorer);
    const before = [train, validation].map(({ frame, labels }) => ({
      time: options.time === undefined ? undefined : frame.columns.get(options.time),
      values: labels,
    }));
    const keys = options.series ?? [];
    const naive = task === "regression" && query === undefined && keys.length === 0 ? seriesScale(before) : null;
    const parts = [train, validation].map(({ frame }, k) => ({ ...before[k]!, series: seriesNames(frame, keys) }));
    const series = keys.length === 0 ? null : scalesOfSeries(parts, seriesNames(test.frame, keys));
    const forecast = {
      ...intervalInput(scorer.program.outputs, scored),
      ...(naive !== null && { scale: naive }),
      ...(series !== null && { series }),
    };
    const input: EvaluationInput = {
      scores,
      labels: test.labels,
      ...shared,
      ...(Object.keys(forecast).length > 0 && { forecast }),
    };
    const said = raters && answersOfPeople(test, scorer, task, target, raters, seed);
    const people = said && measureRaters(said);
    const classes = scorer.program.outputs.classes?.length ?? 1;
    const trivial =
      baseline === undefined
        ? { score: baselineScores(task, train.labels, test.labels.length, { classes }) }
        : (await scorerOf(baseline, test.frame.rows)).scoreFrame(test.frame);
    const standing = await championScorer(champion, test.frame.rows);
    const standingScores = standing?.scorer.scoreFrame(test.frame);
    /** Both models on the rows that both score. */
    const both = (other: Pick<FrameScores, "score" | "missing">) => {
      const has = other.missing?.map((missing) => 1 - missing);
      const frame = has === undefined ? test.frame : selectRows(test.frame, has);
      const of = (values: Float64Array) => rowsWith(values, has, task === "multiclass" ? classes : 1);
      const onThese = sharedInput(scorer, frame, weight, query);
      const labels = has === undefined ? test.labels : test.labels.filter((_, row) => has[row] === 1);
      return { frame, labels, own: of(scores), other: of(other.score), shared: onThese };
    };
    const compare = (one: Pick<FrameScores, "score" | "missing">) => {
      const { labels, own, other, shared } = both(one);
      return compareModels(task, labels, own, other, metric, { seed, draws, ...shared });
    };
    const evaluateOther = (one: Pick<FrameScores, "score" | "missing">, drawn: number) => {
      const { labels, other, shared } = both(one);
      return evaluate(task, { scores: other, labels, ...shared }, { seed, draws: drawn });
    };
    const besideChampion = (one: FrameScores) => {
      const { frame, labels, own, other, shared } = both(one);
      return compareSlices(task, labels, own, other, metric, frame, { by: slices }, { seed, draws: 200, ...shared });
    };
    const onTest = evaluate(task, input, { seed, draws });
    const onTrain = evaluate(
      task,
      {
        scores: train.scored.score,
        labels: train.labels,
        ...sharedInput(scorer, train.frame, weight, query),
      },
      { draws: 0 },
    );
    const onBaseline = evaluateOther(trivial, 0);
    const known = metricNamed(metric, task).name;
    const chosen = await training?.json<{ score: number | null; interval: readonly [number, number] | null }>();
    const left = new Set([target, weight, ...notSearched]);
    const columns = [...test.frame.columns].filter(([name, { type }]) => type !== "vector" && !left.has(name));
    const search = findWorstSlices(task, input, test.frame, {
      beside: [
        ...(said === undefined ? [] : [lossesOfPeople(said)]),
        ...(standing === null || standingScores === undefined
          ? []
          : [modelBaseline(`${standing.reference} (champion)`, task, input, scoresOrNone(standingScores))]),
      ].filter((one) => one !== null),
      // Scores of a ranking only order: a single row has no loss to search by.
      columns: query === undefined ? columns.map(([name]) => name) : [],
      importance: options.importance,
      ease: options.ease,
      seed,
    });
    const { costs, capacity } = options;
    const toChoose: EvaluationInput = {
      scores: validation.scored.score,
      labels: validation.labels,
      ...sharedInput(scorer, validation.frame, weight, query),
    };
    const decision =
      task !== "binary" || (costs === undefined && capacity === undefined)
        ? undefined
        : judgeDecision(toChoose, input, {
            ...(costs === undefined ? { fill: true } : { costs }),
            ...(capacity !== undefined && { capacity }),
          });
    const automation = judgeAutomation(task, toChoose, input, options.maxError);
    const onChampion =
      standing === null || standingScores === undefined
        ? null
        : {
            reference: standing.reference,
            evaluation: evaluateOther(standingScores, draws),
          };
    const report: EvaluationReport = {
      metric,
      rows: test.labels.length,
      ...(test.unscored === 0 ? {} : { unscored: test.unscored }),
      model: onTest,
      ...(outputs === undefined ? {} : { outputs }),
      validation: evaluate(task, toChoose, { seed, draws }),
      train: onTrain,
      diagnosis: diagnoseFit({
        metric: known,
        train: onTrain.metrics[known]!,
        ...(chosen == null || chosen.score === null
          ? {}
          : {
              validation: {
                value: chosen.score,
                low: chosen.interval?.[0] ?? null,
                high: chosen.interval?.[1] ?? null,
              },
            }),
        test: onTest.metrics[known]!,
        baseline: onBaseline.metrics[known]!,
      }),
      pictures: pictureScores(task, input, { maxError: options.maxError, ...(costs !== undefined && { costs }) }),
      ...(decision === undefined ? {} : { decision }),
      ...(automation === null ? {} : { automation }),
      ...(people === undefined ? {} : { people }),
      ...(naive === null ? {} : { naive }),
      ...(series !== null && { series: measureSeries(scores, test.labels, forecast) }),
      search,
      baseline: onBaseline,
      againstBaseline: compare(trivial),
      champion: onChampion,
      board: boardOf(
        metric,
        {
          model: onTest,
          champion: onChampion === null ? null : [onChampion.reference, onChampion.evaluation],
          baseline: onBaseline,
          people,
        },
        options.benchmarks,
      ),
      againstChampion: standingScores === undefined ? null : compare(standingScores),
      slices: slices.length === 0 ? [] : evaluateSlices(task, input, test.frame, { by: slices, metric, seed }),
      ...(slices.length === 0
        ? {}
        : { championSlices: standingScores === undefined ? null : besideChampion(standingScores) }),
      ...(task !== "binary" || sensitive.length === 0
        ? {}
        : { fairness: measureFairness(input, test.frame, { by: sensitive }) }),
    };
    const value = report.model.metrics[metric]?.value;
    if (typeof value === "number") context.metric(metric, value);
    return {
      evaluation: {
        value: JSON.parse(JSON.stringify(report)),
        properties: { rows: report.rows, metric, value: value ?? null },
      },
    };
  },
});

/** Scores, NaN where there are none. */
function scoresOrNone({ score, missing }: FrameScores): Float64Array {
  if (missing === undefined) return score;
  const width = score.length / missing.length;
  return score.map((one, k) => (missing[Math.floor(k / width)] === 1 ? Number.NaN : one));
}

/** The numbers of the rows that are flagged, so many a row. */
function rowsWith(values: Float64Array, flagged: Uint8Array | undefined, width: number): Float64Array {
  return flagged === undefined ? values : values.filter((_, k) => flagged[Math.floor(k / width)] === 1);
}

async function championScorer(
  champion: InputArtifact,
  rows: number,
): Promise<{ readonly reference: string; readonly scorer: Scorer } | null> {
  const { reference } = await champion.json<{ reference: string | null }>();
  return reference === null ? null : { reference, scorer: await scorerOf(champion, rows) };
}
