// The module's exports. All pointers are byte offsets into the one memory that is given at instantiation.
export { assignPoints, inertiaOf, nearerTo } from "./cluster";
export { denseForward, denseInputSlopes, denseWeightSlopes } from "./dense";
export { drawRows, growForestTree, listRows } from "./forest";
export { binaryStep, softmaxStep, squaredStep } from "./gam";
export { addHistograms, addWords, clearWords, subtractWords } from "./histograms";
export { findLevelSplit } from "./level-splits";
export {
  binaryBends,
  binaryPart,
  dotColumns,
  multiplyNumbers,
  softmaxPart,
  squaredPart,
  sumColumns,
} from "./linear";
export { adamStep, addNumbers, moveTowards, rectify, transpose } from "./network";
export { leastFloats, placesUpTo, pointDistances } from "./nearest";
export { binaryGradients, binaryLoss, softmaxGradients, softmaxLoss, squaredGradients, squaredLoss } from "./objectives";
export {
  addLeaf,
  addTree,
  binColumn,
  copyRows,
  copyRowsReversed,
  divideRows,
  interleaveBins,
  quantise,
  quantiseDrawn,
  sampleRows,
} from "./rows";
export { findSplit } from "./splits";
