/** Slots of the plan that `growForestTree` reads, in 4-byte steps: byte offsets, sizes and settings (see wasm/forest-plan.ts). */
export const forestPlan = {
  bins: 0,
  rowStep: 1,
  featureStep: 2,
  features: 3,
  featureTable: 4,
  order: 5,
  rest: 6,
  rowWeights: 7,
  answers: 8,
  /** 0: a regression. */
  classes: 9,
  maxDepth: 10,
  minRows: 11,
  featuresPerSplit: 12,
  drawnThresholds: 13,
  seed: 14,
  nodeWeights: 15,
  nodeAnswers: 16,
  histogram: 17,
  counts: 18,
  candidates: 19,
  sums: 20,
  leftSums: 21,
  lists: 22,
  stack: 23,
  nodeFeature: 24,
  nodeBin: 25,
  nodeLeft: 26,
  nodeRight: 27,
  nodeMissing: 28,
  nodeGain: 29,
  /** 0 where no feature is categorical. */
  nodeBits: 30,
  leafEnd: 31,
  randomCount: 32,
  nodeBins: 33,
  bytes: 256,
} as const;

/** Bytes of `lists`: what one search needs beside the histogram. */
export const forestListsBytes = 3392;
