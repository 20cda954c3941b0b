export { compareSlices, type SliceComparison } from "./compare-slices.ts";
export {
  evaluateSlices,
  type SliceEvaluation,
  type SliceOptions,
  sliceMetrics,
  sliceOptionsSchema,
} from "./evaluate-slices.ts";
export {
  findWorstSlices,
  type SliceSearch,
  type SliceSearchOptions,
  sliceSearchOptionsSchema,
  type WorstSlice,
} from "./find-worst-slices.ts";
export {
  type ErrorNode,
  type ErrorTree,
  type ErrorTreeOptions,
  errorTreeOptionsSchema,
  growErrorTree,
} from "./grow-error-tree.ts";
export { renderErrorTree } from "./render-error-tree.ts";
export { type BaselineGap, modelBaseline, type SliceBaseline } from "./slice-baseline.ts";
export { bandedColumn } from "./slice-column.ts";
