import type { Plan } from "../plan/model.ts";
import { unknownStep } from "../plan/plan-pipeline.ts";

/** The step that `from` names and all that depend on it. */
export function forcedNodes(plan: Plan, from: string | null): ReadonlyMap<string, string> {
  if (from === null) return new Map();
  if (!plan.nodes.some(({ id }) => id === from)) throw unknownStep(from, plan.nodes);
  const forced = new Set([from]);
  for (const node of plan.nodes) {
    const needs = [
      ...Object.values(node.inputs).flatMap(({ refs }) => refs.map((ref) => ref.node)),
      ...node.when.map((guard) => guard.node),
      ...node.after,
      ...(node.map === null ? [] : [node.map.node]),
    ];
    if (needs.some((id) => forced.has(id))) forced.add(node.id);
  }
  return new Map([...forced].map((id) => [id, `asked: --from ${from}`]));
}
