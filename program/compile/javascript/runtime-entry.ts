/** What generated JavaScript needs beside its own statements; bundled into `runtime-text.ts` by scripts/embed-runtimes.ts. */
export { exp, expm1, sigmoid, tanh } from "../../elementary/exponential.ts";
export { log, log1p, pow } from "../../elementary/logarithm.ts";
export { countBelow, countUpTo } from "../../elementary/ordered.ts";
export { cos, sin } from "../../elementary/trigonometric.ts";
export { crossText, dotTerms, lengthOfText, spreadTerms, termReader } from "../../text/terms.ts";
export { filter } from "./filter.ts";
export { forestWalker } from "./forest/forest-walker.ts";
export { doubles, numbersOfType } from "./packed.ts";
export { inputReader } from "./read-input.ts";
export {
  affine,
  affineTerms,
  clean,
  dot,
  firstGreatest,
  hashText,
  level,
  softmax,
  walk,
} from "./vector-functions.ts";
