export { type BackupOptions, backUp } from "./backup/back-up.ts";
export type { BackupManifest } from "./backup/model.ts";
export { recordedObjects } from "./backup/recorded-objects.ts";
export { type Restored, type RestoreOptions, restoreBackup } from "./backup/restore.ts";
export { compareVersions, type VersionDiff } from "./compare-versions.ts";
export { defineFactory, type FactoryConfig, type FactoryInput, factorySchema, metricOf, targetOf } from "./config.ts";
export { readDemoData } from "./demo/demo-data.ts";
export { firstLiveDay, writeDemoProject } from "./demo/demo-project.ts";
export { type LiveYear, liveYears } from "./demo/live-years.ts";
export { forecastLearners, reachingOver } from "./forecast.ts";
export { addFallback } from "./foreign/fallback.ts";
export {
  type ForeignKind,
  type ForeignModel,
  type ForeignOptions,
  foreignKinds,
  foreignOptionsSchema,
  readForeignModel,
  readRule,
} from "./foreign/foreign-model.ts";
export { type ImportRequest, importVersion } from "./foreign/import-version.ts";
export { defineRule, parseRule, ruleSchema } from "./foreign/rule-schema.ts";
export { configName, findProject, loadConfig } from "./load-config.ts";
export { evaluationAsked } from "./loop/evaluation-asked.ts";
export { newestGuardrails } from "./newest-guardrails.ts";
export { type OpenOptions, openProject, type Project } from "./open-project.ts";
export { type ProblemAnswers, type ProblemQuestion, problemAnswersSchema, problemQuestions } from "./pose/answers.ts";
export { type AnswerFacts, answersFault, checkAnswers, noGroup } from "./pose/check-answers.ts";
export { configKeys, configNotes } from "./pose/config-keys.ts";
export { type EarlierFactory, earlierFactories } from "./pose/earlier-factories.ts";
export { type Feasibility, judgeFeasibility } from "./pose/judge-feasibility.ts";
export { judgeMilestones, type MilestoneState } from "./pose/judge-milestones.ts";
export { type Milestone, type ProblemStatement, poseProblem, problemName } from "./pose/problem-statement.ts";
export { readStatement, unreadable } from "./pose/read-statement.ts";
export { type Proposal, type Proposed, proposeProblem, rankTargets } from "./propose/propose-problem.ts";
export { type ConfigFacts, type Suspicion, writeConfig } from "./propose/write-config.ts";
export { reproduceModel } from "./reproduce-model.ts";
export { type ConfigWaiver, checkWaivers, signWaiver } from "./responsible/waivers.ts";
export { forkRun, planLoop, type TurnOptions, turnLoop } from "./run-factory.ts";
export { type CancelRequest, cancelRun } from "./runs/cancel-run.ts";
export { type RunLogLine, readRunLog } from "./runs/read-run-log.ts";
export { type PreviousModel, type RunNotes, runNotes } from "./runs/run-notes.ts";
export { standardLoop } from "./standard-loop.ts";
export type { EvaluationReport } from "./steps/evaluate.ts";
export type { RecordedVerdict } from "./steps/gate.ts";
export { readSchema } from "./steps/validate.ts";
export { dataCardOf, modelCardOf } from "./version-card.ts";
export {
  assumptionsOf,
  evidenceOf,
  exportModelFile,
  modelArtifactOf,
  ownProgramOf,
  scorerOf,
  versionEvidence,
} from "./version-evidence.ts";
export { versionProgress } from "./version-progress.ts";
export { versionReport } from "./version-report.ts";
export { type Scheduler, type SchedulerOptions, startScheduler } from "./watch/start-scheduler.ts";
export { type Watched, type WatchOptions, watchWindow } from "./watch/watch-window.ts";
