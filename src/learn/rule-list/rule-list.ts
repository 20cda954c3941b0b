import { balanced } from "../balanced.ts";
import { requireFeatures } from "../check-input.ts";
import { conditionWords, shortest } from "../forest/describe-tree.ts";
import type { ForestModel } from "../forest/fit-forest.ts";
import { forestToProgram, predictForest } from "../forest/to-program.ts";
import type { Learner, LearningFeature } from "../model.ts";
import { findRules } from "./find-rules.ts";
import { ruleListOptions } from "./options.ts";
import type { Rule } from "./rule.ts";
import { toTrees } from "./to-tree.ts";

/**
 * A few rules, readable: the first that holds for a row answers. Its facts hold them in words.
 *
 * Missing: goes the way that each condition learned. Random: nothing.
 * Errors: LEARN_NO_FEATURES, LEARN_WEIGHTS_INVALID, LEARN_TARGET_NOT_FINITE.
 * Source: Rivest, "Learning decision lists", 1987; grown greedily as by Cohen, "Fast effective rule induction", 1995, without
 * its pruning.
 */
export const ruleList: Learner<ForestModel, typeof ruleListOptions> = {
  kind: "learner",
  name: "ruleList",
  version: "1",
  traits: { tasks: ["binary", "multiclass", "regression"], missing: true, weights: true, categorical: true },
  options: ruleListOptions,
  async fit(given, options, context) {
    requireFeatures(given);
    const input = options.balanced ? balanced(given) : given;
    const rules = await findRules(input, options, context);
    const { task, classes, train } = input;
    const sum = {
      base: new Float64Array(rules[0]!.values.length),
      trees: toTrees(rules),
      featureCount: train.features.length,
    };
    const said = describeRules(rules, train.features);
    return { learner: "ruleList", task, classes, sum, covers: new Int32Array(0), facts: { rules: said } };
  },
  predict: predictForest,
  toProgram: forestToProgram,
};

/** "if x is at most 3: 0.25 (40 rows)", "else if …", "otherwise: …", in the order in which they are tried. */
function describeRules(rules: readonly Rule[], features: readonly LearningFeature[]): string[] {
  return rules.map(({ conditions, values, rows }, k) => {
    const words = conditions.map(({ tree, node, left }) => conditionWords(tree, node, left, features)).join(" and ");
    const when = words === "" ? (k === 0 ? "always" : "otherwise") : `${k === 0 ? "if" : "else if"} ${words}`;
    return `${when}: ${values.map(shortest).join(" / ")} (${rows} rows)`;
  });
}
