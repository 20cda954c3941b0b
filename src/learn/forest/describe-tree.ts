import type { Tree } from "../gbdt/model.ts";
import type { LearningFeature } from "../model.ts";
import type { ForestModel } from "./fit-forest.ts";

/** A small tree as rules, from left to right: "if x is at most 3 and …: 0.25 (40 rows)". Exactly one holds for a row. */
export function describeTree(model: ForestModel, features: readonly LearningFeature[]): string[] {
  const outputs = model.sum.base.length;
  const tree = model.sum.trees[0]!;
  const rules: string[] = [];
  const visit = (child: number, conditions: readonly string[]) => {
    if (child < 0) {
      const values = model.sum.trees.slice(0, outputs).map((own) => shortest(own.leafValues[~child]!));
      const when = conditions.length > 0 ? `if ${conditions.join(" and ")}` : "always";
      rules.push(`${when}: ${values.join(" / ")} (${model.covers[~child]} rows)`);
      return;
    }
    const [stays, other] = [true, false].map((left) => conditionWords(tree, child, left, features));
    visit(tree.left[child]!, [...conditions, stays!]);
    visit(tree.right[child]!, [...conditions, other!]);
  };
  visit(tree.feature.length > 0 ? 0 : ~0, []);
  return rules;
}

/** What a row must be like to go to one side of a node: "x is at most 3 or is missing". */
export function conditionWords(tree: Tree, node: number, left: boolean, features: readonly LearningFeature[]): string {
  const { name } = features[tree.feature[node]!]!;
  const codes = tree.categories[node];
  const missing = (tree.missingLeft[node] === 1) === left ? " or is missing" : "";
  if (codes != null)
    return `${name} is ${left ? "" : "not "}one of the codes ${Array.from(codes).join(", ")}${missing}`;
  return `${name} is ${left ? "at most" : "above"} ${shortest(tree.threshold[node]!)}${missing}`;
}

/** A number in six digits. */
export function shortest(value: number): string {
  return String(Number(value.toPrecision(6)));
}
