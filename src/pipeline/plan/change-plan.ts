import type { JsonObject, JsonValue } from "@millrace/program";
import { parseOptions } from "#kernel";
import { codeReader } from "../code/code-digest.ts";
import { loadStep } from "../run/prepare-instance.ts";
import type { Plan, PlanNode } from "./model.ts";
import { changesByNode, type PlanContext, referencesOf, withChanges } from "./plan-pipeline.ts";
import { portableOptions } from "./portable-options.ts";

/**
 * A recorded plan with some options changed: the basis of a fork. Sources keep the watermark of then, so that the fork sees
 * the same data, unless their own options changed.
 *
 * Errors: PIPELINE_STEP_UNKNOWN: when `set` names a node that the plan does not have; PIPELINE_OPTION_INVALID;
 * PIPELINE_OPTION_NOT_PORTABLE.
 */
export async function changePlan(
  plan: Plan,
  set: Readonly<Record<string, JsonValue>>,
  context: Omit<PlanContext, "set">,
): Promise<Plan> {
  const changes = changesByNode(plan.nodes, set);
  const code = await codeReader(context.project);
  const nodes = await Promise.all(
    plan.nodes.map(async (node): Promise<PlanNode> => {
      const own = changes.get(node.id);
      if (own === undefined) return node;
      const step = await loadStep(node, context.project);
      const given = withChanges(node.options, own);
      const parsed =
        node.map === null
          ? parseOptions(step.options, given, `the step "${node.id}"`, "PIPELINE_OPTION_INVALID")
          : given;
      const options: JsonObject = portableOptions(parsed, node.id);
      const references = referencesOf(options, context.project);
      for (const reference of references) {
        const [file = "", name = ""] = reference.split("#");
        code.requireExport(file, name);
      }
      const watermark =
        node.watermarkAt === "inputs" ? null : ((await step.watermark?.(parsed as never, context, {})) ?? null);
      return { ...node, options, references, watermark };
    }),
  );
  return { ...plan, nodes };
}
