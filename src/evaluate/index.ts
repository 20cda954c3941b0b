export { baselineScores } from "./baseline-scores.ts";
export {
  type CalibrationMeasures,
  type CalibrationOptions,
  measureCalibration,
  type ReliabilityBin,
} from "./calibration/measure-calibration.ts";
export { type ComparisonOptions, compareModels, comparisonOptionsSchema } from "./compare-models.ts";
export {
  chooseDecision,
  type Decision,
  type DecisionChoice,
  type DecisionOptions,
} from "./decisions/choose-decision.ts";
export {
  type CoverageCurve,
  type CoverageOptions,
  type CoveragePoint,
  coverageCurve,
} from "./decisions/coverage-curve.ts";
export {
  type DiagnosisOptions,
  diagnoseFit,
  type FitDiagnosis,
  type FitFigures,
  type FitFinding,
} from "./diagnosis/diagnose-fit.ts";
export { type EvaluationOptions, evaluate, evaluationOptionsSchema, metricValue } from "./evaluate.ts";
export { accumulatedEffects, type EffectsOptions } from "./explain/accumulated-effects.ts";
export {
  type Counterfactual,
  type CounterfactualOptions,
  findCounterfactuals,
} from "./explain/find-counterfactuals.ts";
export { type FitSurrogate, measureSurrogate, type Surrogate } from "./explain/measure-surrogate.ts";
export type { EffectPoint, InputImportance, ScoredModel } from "./explain/model.ts";
export { type DependenceOptions, type PartialDependence, partialDependence } from "./explain/partial-dependence.ts";
export { type ImportanceOptions, permutationImportance } from "./explain/permutation-importance.ts";
export { scoredModel } from "./explain/scored-model.ts";
export {
  chooseGroupThresholds,
  type GroupThresholdOptions,
  type GroupThresholds,
} from "./fairness/choose-group-thresholds.ts";
export { findProxies, type ProxyOptions, type SensitiveProxy } from "./fairness/find-proxies.ts";
export { type FairnessOptions, fairnessOptionsSchema, measureFairness } from "./fairness/measure-fairness.ts";
export type { Fairness, FairnessGap, GroupFairness, GroupRate } from "./fairness/model.ts";
export { reweigh } from "./fairness/reweigh.ts";
export { type CrossValidation, type CrossValidationRequest, crossValidate } from "./folds/cross-validate.ts";
export {
  type LearningCurve,
  type LearningCurveOptions,
  type LearningCurveRequest,
  learningCurve,
} from "./folds/learning-curve.ts";
export type { Fold } from "./folds/model.ts";
export { type FoldOptions, planFolds } from "./folds/plan-folds.ts";
export type { LatencyEvidence } from "./gate/check-behaviour.ts";
export {
  type ExportEvidence,
  type GateCheck,
  type GateEvidence,
  type GateVerdict,
  judgeGate,
} from "./gate/judge-gate.ts";
export { type Benchmark, benchmarkSchema, type GatePolicy, gatePolicySchema } from "./gate/policy.ts";
export { findLabelErrors, type LabelErrors, type SuspectedLabel } from "./labels/find-label-errors.ts";
export { describeOutputs, type MeasuredOutputs, measureOutputs } from "./measure-outputs.ts";
export { type ForecastMeasureOptions, forecastMeasures } from "./measures/forecast-measures.ts";
export { type MeasureOptions, type MeasureSet, measureWithIntervals } from "./measures/measure-set.ts";
export { type RankingMeasureOptions, rankingMeasures } from "./measures/ranking-measures.ts";
export { type Metric, metricNamed, metricNames } from "./metrics/metric.ts";
export { metrics } from "./metrics/metric-table.ts";
export type {
  CalibrationBin,
  ClassEvaluation,
  Confusion,
  CurvePoint,
  Curves,
  Direction,
  Evaluation,
  EvaluationAlarm,
  EvaluationInput,
  ForecastInput,
  MetricResult,
  ModelComparison,
  RankingInput,
  Task,
} from "./model.ts";
export type { Pictures } from "./pictures/model.ts";
export { type PictureOptions, pictureScores } from "./pictures/picture-scores.ts";
export { type MembershipAdvantage, membershipAdvantage } from "./privacy/membership-advantage.ts";
export { renderEvaluationText } from "./render-evaluation-text.ts";
export type { EvaluationEvidence } from "./report/model.ts";
export { renderEvaluationHtml } from "./report/render-evaluation-html.ts";
export { measureRobustness, type RobustnessOptions, type RobustnessResult } from "./robustness/measure-robustness.ts";
export { type Behaviour, type BehaviourResult, behaviourSchema, runBehaviours } from "./robustness/run-behaviours.ts";
export { compareSlices, type SliceComparison } from "./slices/compare-slices.ts";
export {
  evaluateSlices,
  type SliceEvaluation,
  type SliceOptions,
  sliceOptionsSchema,
} from "./slices/evaluate-slices.ts";
export {
  findWorstSlices,
  type SliceSearch,
  type SliceSearchOptions,
  sliceSearchOptionsSchema,
  type WorstSlice,
} from "./slices/find-worst-slices.ts";
export {
  type ErrorNode,
  type ErrorTree,
  type ErrorTreeOptions,
  errorTreeOptionsSchema,
  growErrorTree,
} from "./slices/grow-error-tree.ts";
export { renderErrorTree } from "./slices/render-error-tree.ts";
export { compareDecisions, type DecisionComparison } from "./trials/compare-decisions.ts";
export { compareFolds, type FoldComparison } from "./trials/compare-folds.ts";
export { adjustHolm, correctForTrials, type HonestBest, type TrialOptions } from "./trials/correct-for-trials.ts";
