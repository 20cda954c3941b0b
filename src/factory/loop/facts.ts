import { imageFacts } from "#dataset";
import { type FactoryConfig, imagesOf, metricOf, targetOf } from "../config.ts";
import { modelTask } from "../tasks.ts";
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
    /** What the program does, which is what steps that look at its scores need to know. */
    task: modelTask(config.task),
    /** Of a ranking: what names the query of a row. */
    query: config.task === "rank" ? roles.group : undefined,
    column: given({ target: target.name, time: roles.time }),
    /** Whether there are answers to judge by. */
    isLabelled: config.target !== undefined,
    /** Columns of the data, where they are named. */
    known: given({ target: config.target === undefined ? undefined : target.name, time: roles.time }),
    /** Columns that nothing is learned from. */
    leftOut: [
      ...roles.id,
      ...roles.metadata,
      ...roles.ignore,
      ...target.sources,
      ...(roles.group ? [roles.group] : []),
      ...(roles.weight ? [roles.weight] : []),
      // Whoever sends an image sends it alone.
      ...(images === undefined ? [] : imageFacts.filter((fact) => fact !== target.name)),
    ],
  };
}
