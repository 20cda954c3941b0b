export { approve, reject, setStage, type VersionRequest } from "./approve.ts";
export { buildModelCard, type ModelCard, renderCard } from "./card/build-model-card.ts";
export type { CardMetric, CardRisk, CardSlice, ModelCardFacts } from "./card/facts.ts";
export { type DocumentationPack, documentationPacks } from "./card/packs.ts";
export { type CardQuestion, cardQuestions, type WrittenAnswers } from "./card/questions.ts";
export { readAudit, verifyAudit } from "./chain.ts";
export {
  type DeploymentRequest,
  desiredDeployment,
  desiredDeployments,
  recordDeployment,
  removeDeployment,
} from "./deployments.ts";
export type {
  Alias,
  Approval,
  AuditEntry,
  AuditVerdict,
  Deployment,
  Done,
  Model,
  ModelVersion,
  RegisteredMetric,
  RegistryContext,
  ResolvedModel,
  RiskTier,
  Route,
  Stage,
} from "./model.ts";
export { type Opening, openTestSet } from "./open-test-set.ts";
export { requiredApprovals, riskTiers } from "./policies.ts";
export { listModels, modelHistory, readModel } from "./read-model.ts";
export { recordVerified, type VerifiedRequest } from "./record-verified.ts";
export { recordWaiver, type WaiverRecord } from "./record-waiver.ts";
export { type Registration, registerVersion } from "./register-version.ts";
export { type ModelReference, parseReference, resolveModel } from "./resolve-model.ts";
export { type AliasRequest, removeAlias, rollbackAlias, setAlias } from "./set-alias.ts";
