import { constant } from "./constant/constant.ts";
import { gbdt } from "./gbdt/gbdt.ts";
import { linear } from "./linear/linear.ts";

/** The learners that come with the platform, by name. */
export const learners = { constant, linear, gbdt } as const;
