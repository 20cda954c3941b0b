export { type CrossValidation, type CrossValidationRequest, crossValidate } from "./cross-validate.ts";
export { describeResampling, type Resampling } from "./describe-resampling.ts";
export {
  type LearningCurve,
  type LearningCurveOptions,
  type LearningCurveRequest,
  learningCurve,
} from "./learning-curve.ts";
export type { Fold } from "./model.ts";
export { type FoldOptions, planFolds } from "./plan-folds.ts";
