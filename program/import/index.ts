export { type FeatureExpression, type FeatureNodes, importFeature } from "../rules/import-feature.ts";
export { importRule, type RuleOptions } from "../rules/import-rule.ts";
export type { ExpressionRule, RuleDefinition, RuleList, Scorecard, ScorecardColumn } from "../rules/model.ts";
export { importLightGbm } from "./lightgbm.ts";
export type { Imported, ImportOptions } from "./model.ts";
export { importOnnx } from "./onnx/import-onnx.ts";
export { inspectOnnx, type OnnxOutline, type OnnxTensorType } from "./onnx/inspect-onnx.ts";
export { importOpaqueOnnx, type OpaqueOptions, portOf } from "./onnx/opaque.ts";
export { importXgboost } from "./xgboost.ts";
