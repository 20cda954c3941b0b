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
    const name = features[tree.feature[child]!]!.name;
    const codes = tree.categories[child];
    const [missingLeft, missingRight] = tree.missingLeft[child] === 1 ? [" or is missing", ""] : ["", " or is missing"];
    const level = codes == null ? undefined : `one of the codes ${Array.from(codes).join(", ")}`;
    const threshold = shortest(tree.threshold[child]!);
    const stays = level === undefined ? `${name} is at most ${threshold}` : `${name} is ${level}`;
    const other = level === undefined ? `${name} is above ${threshold}` : `${name} is not ${level}`;
    visit(tree.left[child]!, [...conditions, `${stays}${missingLeft}`]);
    visit(tree.right[child]!, [...conditions, `${other}${missingRight}`]);
  };
  visit(tree.feature.length > 0 ? 0 : ~0, []);
  return rules;
}

function shortest(value: number): string {
  return String(Number(value.toPrecision(6)));
}
