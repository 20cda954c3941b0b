import type { JsonObject, JsonValue } from "@millrace/program";
import { usualRounds } from "./fixed-options.ts";
import type { SearchFacts } from "./search-facts.ts";

/** One option of a learner, as a way from [0, 1) to its values and back. */
export interface Dimension {
  readonly name: string;
  readonly valueAt: (place: number) => JsonValue;
  readonly placeOf: (value: JsonValue | undefined) => number;
  /** Places of a grid. */
  readonly grid: readonly number[];
}

export type SearchedLearner = "gbdt" | "linear" | "forest" | "extraTrees" | "tree" | "gam" | "network" | "naiveBayes";

/** Beyond so many levels of a column, ordered means of the target are worth a look. */
export const manyLevels = 100;

/** What may be varied of a learner on data of this shape, and what stays fixed. */
export function spaceOf(learner: SearchedLearner, facts: SearchFacts): readonly Dimension[] {
  const { rows, task } = facts;
  const leaf = Math.max(4, Math.min(200, Math.round(rows / 20)));
  if (learner === "gbdt")
    return [
      logarithmic("leaves", 3, Math.max(8, Math.min(255, Math.round(rows / 10))), true),
      logarithmic("learningRate", 0.01, 0.2, false),
      logarithmic("minRowsInLeaf", 2, leaf, true),
      logarithmic("l2", 0.01, 50, false),
      shares("featureShare", 0.3, facts),
      linear("rowShare", 0.5, 1),
      choice("growth", ["leafWise", "symmetric"]),
      ...(facts.categorical
        ? [
            ...[logarithmic("catSmooth", 1, 100, false), logarithmic("catL2", 1, 50, false)],
            choice("maxCatToOneHot", [4, 32]),
          ]
        : []),
      ...(facts.levels > manyLevels
        ? [choice("categories", ["splits", "ordered"]), choice("categoryCombinations", [8, 32, 64])]
        : []),
      ...(task === "regression" && facts.least >= 0 ? [choice("objective", objectivesOf(facts))] : []),
    ];
  if (learner === "linear") return [linear("l1Share", 0, 1)];
  if (learner === "gam") return [integers("leaves", 2, 6), logarithmic("learningRate", 0.02, 0.2, false)];
  if (learner === "network")
    return [
      logarithmic("width", 16, 256, true),
      logarithmic("learningRate", 0.0005, 0.01, false),
      logarithmic("weightDecay", 1e-3, 1, false),
      integers("blocks", 0, 3),
      choice("averaging", [false, true]),
      // Where numbers make the target by a rule, the last of its error goes in many passes of a wide network.
      logarithmic("rounds", usualRounds(facts), 4 * usualRounds(facts), true),
      ...(facts.numbers > 0 ? [choice("pieces", [0, 8, 16])] : []),
    ];
  if (learner === "naiveBayes") return [];
  if (learner === "tree") return [integers("maxDepth", 2, 8), logarithmic("minRowsInLeaf", 2, leaf, true)];
  return [
    shares("featuresPerSplit", 0.1, facts),
    logarithmic("minRowsInLeaf", 1, Math.max(2, leaf / 4), true),
    logarithmic("trees", 50, 500, true),
  ];
}

/** Objectives of a regression that its targets allow. */
export function objectivesOf({ least }: SearchFacts): readonly string[] {
  return least > 0
    ? ["squared", "poisson", "tweedie", "gamma"]
    : least === 0
      ? ["squared", "poisson", "tweedie"]
      : ["squared"];
}

/** The options of a point of the space. */
export function optionsAt(space: readonly Dimension[], point: readonly number[]): JsonObject {
  return Object.fromEntries(space.map(({ name, valueAt }, k) => [name, valueAt(point[k]!)]));
}

/** The point of options; options that are left out lie in the middle. */
export function pointOf(space: readonly Dimension[], options: JsonObject): number[] {
  return space.map(({ name, placeOf }) => placeOf(options[name]));
}

function logarithmic(name: string, low: number, high: number, whole: boolean): Dimension {
  const ratio = Math.log(high / low);
  return {
    name,
    valueAt: (place) => {
      const value = low * Math.exp(place * ratio);
      return whole ? Math.round(value) : Number(value.toPrecision(4));
    },
    placeOf: (value) => (typeof value === "number" ? held(Math.log(Math.max(value, low) / low) / ratio) : 0.5),
    grid: [0.15, 0.5, 0.85],
  };
}

function linear(name: string, low: number, high: number): Dimension {
  return {
    name,
    valueAt: (place) => Number((low + place * (high - low)).toPrecision(3)),
    placeOf: (value) => (typeof value === "number" ? held((value - low) / (high - low)) : 0.5),
    grid: [0.2, 0.6, 1],
  };
}

/** Shares of the features: of few features there are few that differ. */
function shares(name: string, low: number, { columns }: SearchFacts): Dimension {
  const steps = Math.max(1, Math.min(20, columns));
  const { valueAt, ...rest } = linear(name, low, 1);
  const whole = (share: number) => Math.max(1, Math.round(share * steps)) / steps;
  return { ...rest, valueAt: (place) => Number(whole(Number(valueAt(place))).toPrecision(3)) };
}

function integers(name: string, low: number, high: number): Dimension {
  return {
    name,
    valueAt: (place) => Math.min(high, low + Math.floor(place * (high - low + 1))),
    placeOf: (value) => (typeof value === "number" ? held((value - low + 0.5) / (high - low + 1)) : 0.5),
    grid: [0.2, 0.5, 0.8],
  };
}

function choice(name: string, values: readonly (string | number | boolean)[]): Dimension {
  return {
    name,
    valueAt: (place) => values[Math.min(values.length - 1, Math.floor(place * values.length))]!,
    placeOf: (value) => (Math.max(0, values.map(String).indexOf(String(value))) + 0.5) / values.length,
    grid: values.map((_, k) => (k + 0.5) / values.length),
  };
}

function held(place: number): number {
  return Math.min(1, Math.max(0, place));
}

/** All points of a coarse grid over the learners' spaces, the coarsest differences first. */
export function gridPoints(learner: SearchedLearner, facts: SearchFacts): readonly (readonly number[])[] {
  const axes = spaceOf(learner, facts)
    .slice(0, 4)
    .map(({ grid }) => grid);
  const rest = spaceOf(learner, facts)
    .slice(4)
    .map(() => 0.5);
  return axes
    .reduce<number[][]>((points, grid) => points.flatMap((point) => grid.map((at) => [...point, at])), [[]])
    .map((point) => [...point, ...rest]);
}
