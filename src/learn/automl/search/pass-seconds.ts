import type { JsonObject } from "@millrace/program";
import type { SearchFacts } from "./search-facts.ts";

/** What a weight of a network costs in each row and pass, there and back, on a core of the 2020s. */
const secondsPerWeight = 3e-10;

/** Seconds that a pass of a network over all rows takes. */
export function secondsOfPass({ width, blocks = 1, pieces = 0 }: JsonObject, facts: SearchFacts): number {
  const inputs = facts.columns + facts.numbers * Number(pieces);
  return facts.rows * Number(width) * (inputs + 2 * Number(blocks) * Number(width) + facts.classes) * secondsPerWeight;
}
