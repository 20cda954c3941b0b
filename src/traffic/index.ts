export { joinOutcomes } from "./join-outcomes.ts";
export type {
  DecisionRecord,
  FallbackReason,
  HumanDecision,
  JoinedPrediction,
  JoinedTraffic,
  Outcome,
  OutcomeRecord,
  Prediction,
  PredictionRecord,
  TrafficGap,
  TrafficHealth,
  TrafficRecord,
  TrafficRoute,
  TrafficWindow,
} from "./model.ts";
export { openTrafficLog, type TrafficLog, type TrafficLogOptions } from "./open-traffic-log.ts";
export { readWindow, type WindowRequest } from "./read-window.ts";
export { type WindowColumn, type WindowFrame, type WindowFrameOptions, windowAsFrame } from "./window-as-frame.ts";
export { windowWatermark } from "./window-watermark.ts";
