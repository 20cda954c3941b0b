export {
  chooseDecision,
  type Decision,
  type DecisionChoice,
  type DecisionOptions,
} from "./choose-decision.ts";
export {
  type CoverageCurve,
  type CoverageOptions,
  type CoveragePoint,
  coverageCurve,
} from "./coverage-curve.ts";
