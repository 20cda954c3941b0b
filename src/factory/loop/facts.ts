import { imageFacts } from "#dataset";
import { type FactoryConfig, imagesOf, metricOf, targetOf } from "../config.ts";
import { given } from "./given.ts";

/** What several parts of the loop read from a config. */
export type LoopFacts = ReturnType<typeof loopFacts>;

/** What a config says of the problem, in the form that the steps' options take. */
export function loopFacts(config: FactoryConfig) {
  const { roles } = config;
  const target = targetOf(config);
  const images = imagesOf(config);
  return {
    target,
    images,
    metric: metricOf(config),
    column: given({ target: target.name, time: roles.time }),
    /** Columns that nothing is learned from. */
    leftOut: [
      ...roles.id,
      ...roles.metadata,
      ...roles.ignore,
      ...target.sources,
      ...(roles.group ? [roles.group] : []),
      ...(roles.weight ? [roles.weight] : []),
      // What people said of a row is no part of it.
      ...(config.evaluate.raters?.columns ?? []),
      // Whoever sends an image sends it alone.
      ...(images === undefined ? [] : imageFacts.filter((fact) => fact !== target.name)),
    ],
  };
}
