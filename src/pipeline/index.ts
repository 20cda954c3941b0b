export { type CodeClosure, type CodeReader, codeReader } from "./code/code-digest.ts";
export { moduleName, modulePath } from "./code/module-names.ts";
export { definePipeline } from "./definition/define-pipeline.ts";
export { defineStep } from "./definition/define-step.ts";
export type {
  ArtifactListRef,
  ArtifactRef,
  ConditionHandle,
  ConditionSpec,
  InputRefs,
  MapHandle,
  NodeUse,
  Pipeline,
  PipelineBuilder,
  StepHandle,
  WaitHandle,
} from "./definition/model.ts";
export { answerWait } from "./journal/answer-wait.ts";
export { requestCancel, wasCancelled } from "./journal/cancel-request.ts";
export { findRun, type RecordedRun } from "./journal/find-run.ts";
export { journalStream, readJournal } from "./journal/journal.ts";
export { currentHolder } from "./journal/lease.ts";
export { cacheKey, type KeyParts } from "./key/cache-key.ts";
export { type CodeParts, explainChange } from "./key/explain.ts";
export type {
  Holder,
  InputArtifact,
  InputDeclarations,
  JournalData,
  JournalEvent,
  JournalType,
  NewArtifact,
  NewFile,
  NodeCost,
  OutputDeclarations,
  RecordedError,
  StepContext,
  StepDefinition,
  StepInputs,
  StepKind,
} from "./model.ts";
export { type Answer, type Command, type InstanceState, type InstanceView, next, viewRun } from "./next.ts";
export { changePlan } from "./plan/change-plan.ts";
export type { OutputRef, Plan, PlanGuard, PlanInput, PlanMap, PlanNode, PlanWait, StepRef } from "./plan/model.ts";
export { type PlanContext, planPipeline } from "./plan/plan-pipeline.ts";
export { contextId } from "./records/lineage-records.ts";
export { describeRun } from "./records/outcome.ts";
export { softwareHere } from "./records/provenance.ts";
export type { CostRates, NodeOutcome, RunEvent, RunOutcome } from "./run/model.ts";
export { type NodePreview, previewRun } from "./run/preview-run.ts";
export { type RunOptions, runPipeline } from "./run/run-pipeline.ts";
export type { StoreAddress } from "./run/stores.ts";
export { inputArtifact } from "./task-host.ts";
