export { notifyLog, webhook } from "./actions/notify.ts";
export { applyActions, planActions } from "./actions/plan-actions.ts";
export { retrainRequest } from "./actions/retrain-request.ts";
export { type AlertRequest, acknowledgeAlert, listAlerts, resolveAlert, snoozeAlert } from "./alerts/change-alert.ts";
export { raiseAlerts } from "./alerts/raise-alerts.ts";
export { judgeTriggers, type TriggerHistory, type TriggerPolicy, triggerPolicySchema } from "./judge-triggers.ts";
export type {
  Action,
  ActionContext,
  ActionOutcome,
  ActionPlan,
  Alert,
  AlertState,
  ColumnDrift,
  Finding,
  InputsReport,
  LabelsReport,
  MonitorContext,
  MonitorReport,
  PredictionsReport,
  RealisedMetric,
  Severity,
  SoftwareReport,
  TestResult,
  TriggerJudgement,
} from "./model.ts";
export {
  type MonitorEvidence,
  type MonitorOptions,
  monitorOptionsSchema,
  monitorWindow,
  type ReferenceWindow,
} from "./monitor-window.ts";
export {
  answerRetrainRequest,
  listRetrainRequests,
  type RetrainRequest,
  requestRetrain,
} from "./retrain-requests.ts";
export { pauseTriggers, resumeTriggers, type TriggerPause, triggerPause } from "./trigger-pause.ts";
export { type CurrentWindow, type EvidenceOptions, evidenceFromTraffic } from "./window-evidence.ts";
