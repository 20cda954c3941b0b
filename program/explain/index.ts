export { type Explainer, type ExplainOptions, type Explanation, explain } from "./explain.ts";
export { withLeafCovers } from "./with-covers.ts";
