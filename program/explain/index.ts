export { explain } from "./explain.ts";
export { type MarginLinear, type MarginParts, type MarginTrees, marginParts } from "./margin-parts.ts";
export type { Explainer, ExplainOptions, Explanation, ExplanationMethod, TopTerms } from "./model.ts";
export type { TermShare } from "./parts.ts";
export { withLeafCovers } from "./with-covers.ts";
