/** The names of split codes: 0 train, 1 validation, 2 test, 3 left out. */
export const SPLIT_NAMES = ["train", "validation", "test", "leftOut"] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];
