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
export { describeAutomation, type JudgedAutomation, judgeAutomation } from "./judge-automation.ts";
export { crossFitDecision, type JudgedDecision, judgeDecision } from "./judge-decision.ts";
