export { type Explainer, type ExplainOptions, type Explanation, explain, type TopTerms } from "./explain.ts";
export { type MarginLinear, type MarginParts, type MarginTrees, marginParts } from "./margin-parts.ts";
export type { TermShare } from "./parts.ts";
export { withLeafCovers } from "./with-covers.ts";
