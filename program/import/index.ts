export { importLightGbm } from "./lightgbm.ts";
export type { Imported, ImportOptions } from "./model.ts";
export { importOnnx } from "./onnx/import-onnx.ts";
export { importXgboost } from "./xgboost.ts";
