import { command } from "./command/command.ts";
import { constant } from "./constant/constant.ts";
import { ets, lagTrees, seasonalNaive } from "./forecast/forecasts.ts";
import { extraTrees, forest } from "./forest/forest.ts";
import { tree } from "./forest/tree.ts";
import { gam } from "./gam/gam.ts";
import { gbdt } from "./gbdt/gbdt.ts";
import { linear } from "./linear/linear.ts";
import { naiveBayes } from "./naive-bayes/naive-bayes.ts";
import { nearest } from "./nearest/nearest.ts";
import { network } from "./network/network.ts";
import { ruleList } from "./rule-list/rule-list.ts";

/** The learners that come with the platform, by name. */
export const learners = {
  constant,
  linear,
  gbdt,
  forest,
  extraTrees,
  tree,
  ruleList,
  gam,
  naiveBayes,
  nearest,
  network,
  seasonalNaive,
  ets,
  lagTrees,
  command,
} as const;
