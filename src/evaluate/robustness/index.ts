export { measureRobustness, type RobustnessOptions, type RobustnessResult } from "./measure-robustness.ts";
export { type Behaviour, type BehaviourResult, behaviourSchema, runBehaviours } from "./run-behaviours.ts";
