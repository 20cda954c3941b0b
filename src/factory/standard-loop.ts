import type { Clock } from "#kernel";
import { definePipeline, type Pipeline } from "#pipeline";
import type { FactoryConfig } from "./config.ts";
import { addData } from "./loop/add-data.ts";
import { addModel } from "./loop/add-model.ts";
import { addRelease } from "./loop/add-release.ts";
import { loopFacts } from "./loop/facts.ts";

/**
 * The standard loop of one factory as a pipeline: ingest → prepare → assemble → statistics → schema → previous span → validate → split → screen →
 * train → evaluate → gate → register → promote → deploy, with the labelled traffic of its endpoint as a second source.
 */
export function standardLoop(
  config: FactoryConfig,
  place: { readonly trafficFolder: string; readonly clock?: Clock },
): Pipeline {
  const facts = loopFacts(config);
  return definePipeline(config.name, (p) => {
    const data = addData(p, config, facts, place);
    const model = addModel(p, config, facts, data);
    addRelease(p, config, facts, data, model);
  });
}
