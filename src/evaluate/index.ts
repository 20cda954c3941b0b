export { baselineScores } from "./baseline-scores.ts";
export { type ComparisonOptions, compareModels, comparisonOptionsSchema } from "./compare-models.ts";
export { type EvaluationOptions, evaluate, evaluationOptionsSchema, metricValue } from "./evaluate.ts";
export {
  type ExportEvidence,
  type GateCheck,
  type GateEvidence,
  type GateVerdict,
  judgeGate,
} from "./gate/judge-gate.ts";
export { type GatePolicy, gatePolicySchema } from "./gate/policy.ts";
export { describeOutputs, type MeasuredOutputs, measureOutputs } from "./measure-outputs.ts";
export { type Metric, metricNamed, metricNames, metrics } from "./metrics/metric.ts";
export type {
  CalibrationBin,
  Confusion,
  CurvePoint,
  Curves,
  Direction,
  Evaluation,
  EvaluationAlarm,
  EvaluationInput,
  MetricResult,
  ModelComparison,
  Task,
} from "./model.ts";
export { renderEvaluationText } from "./render-evaluation-text.ts";
export {
  evaluateSlices,
  type SliceEvaluation,
  type SliceOptions,
  sliceOptionsSchema,
} from "./slices/evaluate-slices.ts";
