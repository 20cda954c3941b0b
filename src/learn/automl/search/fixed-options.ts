import type { JsonObject } from "@millrace/program";
import type { AutomlOptions } from "../model.ts";
import { mostFoldedRows } from "../rows/judged-rows.ts";
import type { SearchFacts } from "./search-facts.ts";
import type { SearchedLearner } from "./search-space.ts";

/**
 * As many trees as keep a forest within so many leaves, which are what makes it big to write and slow to score. Fewer trees are
 * a saving that shows: 200 instead of 40 whose leaves are single rows are 0.002 to 0.004 of ROC AUC, or 5 % of log loss.
 */
function treesFor({ rows, task }: SearchFacts, minRowsInLeaf: number, mostLeaves: number, mostTrees: number): number {
  const leaves = (rows / minRowsInLeaf) * usualLeaves[task];
  return Math.max(40, Math.min(mostTrees, Math.round(mostLeaves / leaves)));
}

/** Leaves that a tree grows for as many rows as one may hold, found on public sets. */
const usualLeaves = { binary: 1 / 6, multiclass: 0.4, regression: 1 / 3 };

/** Leaves and trees of a forest that is tried because it usually helps, and of one that the search asks for. */
const usualForest = { leaves: 250_000, trees: 200 };
const largestForest = { leaves: 600_000, trees: 500 };

/** Passes that are mostly enough of so many rows, and no more than leave a fit short of a search of its own. */
export function usualRounds({ rows, columns }: SearchFacts): number {
  const passes = Math.min(1, 200 / (columns + 100)) * (rows > mostFoldedRows ? 700_000 : 350_000);
  return Math.max(15, Math.min(80, Math.round(passes / rows)));
}

/** Options that symmetric trees are grown under; their levels are those that as many leaves need. None where columns are held monotone. */
function symmetricOptions({ constraints }: Pick<AutomlOptions, "constraints">, own: JsonObject): JsonObject {
  if (own.growth !== "symmetric") return {};
  if (Object.keys(constraints.monotone).length > 0) return { growth: "leafWise" };
  const maxDepth = Math.max(2, Math.min(8, Math.ceil(Math.log2(Number(own.leaves ?? 64)))));
  return { maxDepth, rowDraw: "bayesian", randomStrength: 1 };
}

/** The options of a learner that a search does not vary, under those that it does. */
export function fixedOptions(
  learner: SearchedLearner,
  facts: SearchFacts,
  { constraints }: AutomlOptions,
  own: JsonObject,
): JsonObject {
  const { rows } = facts;
  const monotone = monotoneOptions(constraints);
  if (learner === "gbdt")
    return {
      trees: 2000,
      earlyStoppingRounds: 30,
      minRowsInLeaf: Math.max(2, Math.min(20, Math.round(rows / 50))),
      minRowsPerGroup: Math.min(100, Math.max(2, Math.round(rows / 20))),
      ...monotone,
      ...own,
      ...symmetricOptions({ constraints }, own),
    };
  if (learner === "gam") return { ...monotone, ...own };
  if (learner === "forest" || learner === "extraTrees") {
    const { leaves, trees } = own.trees === undefined ? usualForest : largestForest;
    return { ...own, trees: treesFor(facts, Number(own.minRowsInLeaf), leaves, Number(own.trees ?? trees)) };
  }
  if (learner === "network") {
    const rounds = Number(own.rounds ?? usualRounds(facts));
    const batch = rows < 20_000 ? 32 : rows < 100_000 ? 64 : 256;
    return { rounds, earlyStoppingRounds: Math.max(5, Math.round(rounds / 5)), batch, ...own };
  }
  return { ...own };
}

/** What makes a learner hold columns monotone that can. */
export function monotoneOptions({ monotone }: AutomlOptions["constraints"]): JsonObject {
  return Object.keys(monotone).length > 0 ? { monotone } : {};
}
