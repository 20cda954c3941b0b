import { forestListsBytes, forestPlan } from "../kernels/forest-plan.ts";

export interface ForestSizes {
  readonly rows: number;
  readonly features: number;
  /** 0: a regression. */
  readonly classes: number;
  readonly members: number;
  readonly maxDepth: number;
  readonly hasWeights: boolean;
  readonly hasCategories: boolean;
}

/** What one thread alone reads and writes. */
export interface MemberLayout {
  readonly plan: number;
  readonly order: number;
  readonly rest: number;
  readonly rowWeights: number;
  readonly nodeWeights: number;
  readonly nodeAnswers: number;
  readonly nodeBins: number;
  readonly histogram: number;
  readonly counts: number;
  readonly candidates: number;
  readonly sums: number;
  readonly leftSums: number;
  readonly lists: number;
  readonly stack: number;
  readonly nodeFeature: number;
  readonly nodeBin: number;
  readonly nodeLeft: number;
  readonly nodeRight: number;
  readonly nodeMissing: number;
  readonly nodeGain: number;
  readonly nodeBits: number;
  readonly leafEnd: number;
}

/** Byte offsets of what the threads of a forest share, and of what each has for itself. Plain data: it is posted to threads. */
export interface ForestLayout extends ForestSizes {
  readonly bytes: number;
  readonly featureTable: number;
  readonly bins: number;
  readonly answers: number;
  readonly weights: number;
  readonly values: number;
  readonly missing: number;
  readonly column: number;
  readonly bounds: number;
  readonly each: readonly MemberLayout[];
}

export function layOutForest(sizes: ForestSizes): ForestLayout {
  const { rows, features, classes, members, maxDepth } = sizes;
  const width = classes > 0 ? classes : 2;
  let next = 128;
  const place = (bytes: number) => {
    const at = next;
    next = Math.ceil((at + bytes) / 128) * 128;
    return at;
  };
  const shared = {
    featureTable: place(16 * features),
    bins: place(rows * features),
    answers: place(8 * rows),
    weights: sizes.hasWeights ? place(8 * rows) : 0,
    values: place(8 * rows),
    missing: place(rows),
    column: place(rows),
    bounds: place(8 * 256),
  };
  const each = Array.from({ length: members }, () => ({
    plan: place(forestPlan.bytes),
    order: place(4 * rows),
    rest: place(4 * rows),
    rowWeights: place(8 * rows),
    nodeWeights: place((width > 2 ? 8 : 16) * rows),
    nodeAnswers: width > 2 ? place(4 * rows) : 0,
    nodeBins: place(rows),
    histogram: place(8 * 256 * width),
    counts: place(1024),
    candidates: place(4 * features),
    sums: place(8 * width),
    leftSums: place(16 * width),
    lists: place(forestListsBytes),
    stack: place(16 * ((maxDepth > 0 ? Math.min(maxDepth, rows) : rows) + 2)),
    nodeFeature: place(4 * rows),
    nodeBin: place(4 * rows),
    nodeLeft: place(4 * rows),
    nodeRight: place(4 * rows),
    nodeMissing: place(4 * rows),
    nodeGain: place(8 * rows),
    nodeBits: sizes.hasCategories ? place(32 * rows) : 0,
    leafEnd: place(4 * (rows + 1)),
  }));
  return { ...sizes, ...shared, each, bytes: next };
}
