import { fileURLToPath } from "node:url";
import type { JsonObject } from "@millrace/program";
import type { Artifact } from "#kernel";
import { moduleName, type Plan, type PlanNode } from "#pipeline";
import { recordedStep } from "./recorded-step.ts";

/**
 * The part of a recorded plan that leads to one node, with every node that reads the outside, changes it or asks a person
 * replaced by what it gave then.
 */
export function replayPlan(
  plan: Plan,
  target: string,
  recorded: (node: PlanNode) => Readonly<Record<string, Artifact>>,
  project: string,
): Plan {
  const needed = new Set([target]);
  for (const node of plan.nodes.toReversed()) {
    if (!needed.has(node.id) || isReplaced(node)) continue;
    for (const id of nodesBefore(node)) needed.add(id);
  }
  const nodes = plan.nodes
    .filter(({ id }) => needed.has(id))
    .map((node) => (isReplaced(node) ? replaced(node, recorded(node), project) : node));
  return { ...plan, nodes };
}

function isReplaced({ kind, map }: PlanNode): boolean {
  return kind !== "pure" && map === null;
}

function nodesBefore({ inputs, when, after, map }: PlanNode): string[] {
  return [
    ...Object.values(inputs).flatMap(({ refs }) => refs.map(({ node }) => node)),
    ...when.map(({ node }) => node),
    ...after,
    ...(map === null ? [] : [map.node]),
  ];
}

function replaced(node: PlanNode, outputs: Readonly<Record<string, Artifact>>, project: string): PlanNode {
  const options: JsonObject = {
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { content, files, properties }]) => [
        name,
        {
          content,
          properties,
          files: Object.fromEntries(Object.entries(files).map(([file, { object }]) => [file, object])),
        },
      ]),
    ),
  };
  const { module, export: exported, name, version } = recordedStep;
  return {
    ...node,
    step: { module: moduleName(fileURLToPath(module), project), export: exported, name, version },
    kind: "source",
    weight: "light",
    options,
    unkeyed: [],
    references: [],
    inputs: {},
    outputs: Object.fromEntries(Object.keys(outputs).map((output) => [output, node.outputs[output]!])),
    when: [],
    after: [],
    wait: null,
    watermark: null,
    watermarkAt: "plan",
    timeoutMs: null,
    memoryLimitBytes: null,
  };
}
