import type { FactoryConfig } from "../config.ts";
import { given } from "./given.ts";

/** What a config asks of an evaluation beside the metrics; costs are those of learning, unless others are named. */
export function evaluationAsked({ evaluate, roles, learn, benchmarks, task }: FactoryConfig) {
  const { slices, importance, ease, maxError, capacity } = evaluate;
  const costs = evaluate.costs ?? learn.costs;
  return {
    slices: [...new Set([...roles.sensitive, ...roles.metadata, ...slices])],
    importance,
    ease,
    maxError,
    benchmarks: [...benchmarks],
    ...(task === "binary" ? given({ capacity, costs }) : {}),
  };
}
