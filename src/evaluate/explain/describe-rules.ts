import type { Program, Tensors } from "@millrace/program";
import { type MarginParts, type MarginTrees, marginParts } from "@millrace/program/explain";

/** Levels named in one rule; the rest is counted. */
const mostLevels = 6;

/**
 * A program of one small tree as rules, from left to right: "if plan is one of basic, pro and age is at most 30: 0.25". Exactly
 * one holds for a row; features are told by the name of the input that they are made of. Empty where it is no single tree.
 *
 * `tells`: whether a level of a text may be named; others are counted.
 */
export function describeRules(
  program: Program,
  tensors: Tensors,
  tells: (input: string, level: string) => boolean = () => true,
): string[] {
  const parts = marginParts({ program, tensors });
  const [trees] = parts.parts;
  if (parts.parts.length !== 1 || trees?.kind !== "trees" || trees.roots.length !== 1) return [];
  const rules: string[] = [];
  const visit = (ref: number, conditions: readonly string[]): void => {
    if (ref < 0) {
      const value = trees.factor * (trees.bases[0]! + trees.leafValue[~ref]!) + parts.constant;
      rules.push(
        `${conditions.length === 0 ? "always" : `if ${conditions.join(" and ")}`}: ${Number(value.toPrecision(4))}`,
      );
      return;
    }
    visit(trees.left[ref]!, [...conditions, conditionOf(parts, trees, ref, true, tells)]);
    visit(trees.right[ref]!, [...conditions, conditionOf(parts, trees, ref, false, tells)]);
  };
  visit(trees.roots[0]!, []);
  return rules;
}

function conditionOf(
  { program, sourcesOf }: MarginParts,
  trees: MarginTrees,
  node: number,
  left: boolean,
  tells: (input: string, level: string) => boolean,
): string {
  const ref = trees.refs[trees.feature[node]!]!;
  const names = sourcesOf(ref).map((source) => program.inputs[source]!.name);
  const name = names.join(" and ");
  const made = program.nodes[ref - program.inputs.length];
  const missing = trees.goesLeft(node, Number.NaN) === left ? " or missing" : "";
  const levels = made?.op === "ordinal" ? (made.attributes.levels as readonly string[]) : undefined;
  if (levels === undefined) {
    const what = made === undefined ? name : `${made.label ?? `${made.op} of ${name}`}`;
    return `${what} is ${left ? "at most" : "above"} ${Number(trees.threshold[node]!.toPrecision(5))}${missing}`;
  }
  const here = levels.filter((_, code) => trees.goesLeft(node, code) === left);
  const told = here.filter((level) => tells(name, level)).slice(0, mostLevels);
  const more = here.length - told.length;
  const list = [...told, ...(more > 0 ? [`${more} others`] : [])].join(", ");
  return `${name} is ${list === "" ? "none that is known" : `one of ${list}`}${missing}`;
}
