import type { ProgramNode, ValueRef } from "@millrace/program";
import type { LearningTask } from "../model.ts";

const links = { binary: "logistic", multiclass: "softmax", regression: "identityLink" } as const;

/** The node that turns a margin into the task's score. */
export function linkNode(task: LearningTask, margin: ValueRef): ProgramNode {
  return { op: links[task], version: 1, inputs: [margin], attributes: {}, label: "score" };
}
