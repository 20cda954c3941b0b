export type { LatencyEvidence } from "./check-behaviour.ts";
export {
  type ExportEvidence,
  type GateCheck,
  type GateEvidence,
  type GateVerdict,
  judgeGate,
} from "./judge-gate.ts";
export { type Benchmark, benchmarkSchema, type GatePolicy, gatePolicySchema } from "./policy.ts";
