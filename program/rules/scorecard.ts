import { log } from "../elementary/logarithm.ts";
import type { ValueRef } from "../model.ts";
import type { Scorecard, ScorecardColumn } from "./model.ts";
import { definitionInvalid } from "./problem.ts";
import type { RuleNodes } from "./rule-nodes.ts";

/**
 * A scorecard's points, or where it states odds the probability of the positive class.
 *
 * Sums run from the base in the columns' order. With odds of `at` : 1 at `points`, doubling every `double` points, the log
 * odds are ln(at) + (score − points) × ln 2 ÷ double.
 * Source: N. Siddiqi, "Credit Risk Scorecards", Wiley 2006, chapter 6 ("scaling").
 */
export function scorecardScore(card: Scorecard, nodes: RuleNodes, places: ReadonlyMap<string, ValueRef>): ValueRef {
  const { base = 0, columns, odds } = card;
  let points = nodes.constant(finite("base", base));
  columns.forEach((column, k) => {
    const ref = places.get(column.column)!;
    points = nodes.node("add", [
      points,
      "levels" in column ? levelPoints(column, ref, nodes, k) : binPoints(column, ref, nodes, k),
    ]);
  });
  if (odds === undefined) return points;
  if (!(odds.at > 0) || !Number.isFinite(odds.at) || !Number.isFinite(odds.double) || odds.double === 0)
    throw definitionInvalid(
      "The scorecard's odds need at > 0 and double other than 0",
      "Write odds: { points: 600, at: 50, double: 20 }.",
    );
  const slope = log(2) / odds.double;
  return nodes.node("platt", [points], { a: slope, b: log(odds.at) - finite("odds.points", odds.points) * slope });
}

type Bins = Extract<ScorecardColumn, { bins: unknown }>;
type Levels = Extract<ScorecardColumn, { levels: unknown }>;

function binPoints({ bins, missing }: Bins, ref: ValueRef, nodes: RuleNodes, k: number): ValueRef {
  if (bins.length === 0) throw definitionInvalid(`columns[${k}].bins is empty`, "Give it at least one bin.");
  const edges = bins.map(({ upTo, below }, b) => {
    const last = b === bins.length - 1;
    if (last !== (upTo === undefined && below === undefined) || (upTo !== undefined && below !== undefined))
      throw definitionInvalid(
        `columns[${k}].bins[${b}] ${last ? "is the last and has a bound" : "has no bound, or two"}`,
        "Give each bin upTo or below, and the last one neither.",
      );
    return upTo ?? below ?? Number.POSITIVE_INFINITY;
  });
  for (let b = 1; b < edges.length; b++)
    if (!(edges[b]! > edges[b - 1]!))
      throw definitionInvalid(
        `columns[${k}].bins[${b}] does not lie above the bin before it`,
        "Order the bins by their bounds.",
      );
  let found = nodes.constant(finite(`columns[${k}].bins[${bins.length - 1}].points`, bins.at(-1)!.points));
  for (let b = bins.length - 2; b >= 0; b--) {
    const relation = bins[b]!.below === undefined ? "lessOrEqual" : "less";
    const within = nodes.compare(relation, ref, nodes.constant(finite(`columns[${k}].bins[${b}]`, edges[b]!)));
    found = nodes.choose(within, nodes.constant(finite(`columns[${k}].bins[${b}].points`, bins[b]!.points)), found);
  }
  const known = nodes.not(nodes.isMissing(ref));
  return nodes.choose(
    known,
    found,
    missing === undefined ? nodes.missing() : nodes.constant(finite(`columns[${k}].missing`, missing)),
  );
}

function levelPoints({ levels, other, missing }: Levels, ref: ValueRef, nodes: RuleNodes, k: number): ValueRef {
  const names = Object.keys(levels);
  if (names.length === 0) throw definitionInvalid(`columns[${k}].levels is empty`, "Give it at least one level.");
  const values = nodes.builder.doubles(
    `columns.${k}`,
    names.map((name) => finite(`columns[${k}].levels.${name.slice(0, 80)}`, levels[name]!)),
  );
  return nodes.node("lookup", [ref], { levels: names, values, unseen: other ?? null, missing: missing ?? null });
}

function finite(what: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw definitionInvalid(`${what} is ${value}, not a finite number`, "Give it a number.");
}
