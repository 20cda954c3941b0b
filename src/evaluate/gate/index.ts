export type { LatencyEvidence } from "./check-behaviour.ts";
export { judgeGate } from "./judge-gate.ts";
export type { ExportEvidence, GateCheck, GateEvidence, GateVerdict } from "./model.ts";
export { type Benchmark, benchmarkSchema, type GatePolicy, gatePolicySchema } from "./policy.ts";
