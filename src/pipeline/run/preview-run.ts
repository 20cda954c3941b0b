import { resolve } from "node:path";
import type { Digest } from "@millrace/program";
import type { Id } from "#kernel";
import { codeReader } from "../code/code-digest.ts";
import type { JournalData, JournalEvent, JournalType } from "../model.ts";
import { next, viewRun } from "../next.ts";
import { forcedNodes } from "./forced-nodes.ts";
import { type PrepareContext, type Prepared, prepareInstance } from "./prepare-instance.ts";

export interface NodePreview {
  readonly id: string;
  readonly step: string;
  /** `cached`: taken from an earlier run. `run`: runs. `open`: not known before what it needs has run or was answered. */
  readonly action: "cached" | "run" | "skip" | "open";
  readonly reason: string;
  /** The cache key, where all inputs are known. */
  readonly key: Digest | null;
}

/**
 * What a run of a plan would do, node by node with the reason, as far as that is known without running anything.
 *
 * Nothing is written. A node behind one that runs is `open`: what that one makes may turn out to be the same as before.
 * Errors: PIPELINE_STEP_UNKNOWN: when `from` names no step; PIPELINE_MODULE_MISSING and other faults of the plan's code.
 */
export async function previewRun(
  options: Pick<PrepareContext, "plan" | "metadata" | "objects" | "project"> & {
    readonly seed?: number;
    readonly from?: string;
  },
): Promise<readonly NodePreview[]> {
  const { plan, seed = 0 } = options;
  const project = resolve(options.project);
  const context: PrepareContext = {
    ...options,
    project,
    seed,
    forced: forcedNodes(plan, options.from ?? null),
    code: await codeReader(project),
    artifacts: new Map(),
  };
  const events: JournalEvent[] = [];
  const add = <K extends JournalType>(type: K, data: JournalData[K]): void => {
    const entry = { stream: "preview", sequence: events.length + 1, type, data, key: null, atMs: 0 };
    events.push(entry as unknown as JournalEvent);
  };
  const keys = new Map<string, Digest>();
  for (;;) {
    const commands = next(plan, events).filter((command) => command.do !== "finish" && command.do !== "rest");
    if (commands.length === 0) break;
    for (const command of commands) {
      if (command.do === "skip") {
        add("node-skipped", { node: command.instance, reason: command.reason, blocked: command.blocked });
        continue;
      }
      const node = plan.nodes.find(({ id }) => id === command.node)!;
      const item = command.do === "start" ? command.item : null;
      const prepared = await prepareInstance(node, command.instance, item, command.inputs, context);
      keys.set(command.instance, prepared.key);
      if (prepared.hit !== null) add("node-finished", finishedBy(command.instance, prepared, prepared.hit));
      else if (node.wait !== null)
        add("node-waiting", { node: command.instance, question: node.wait.question, of: [] });
      else
        add("node-started", {
          node: command.instance,
          execution: "",
          attempt: 1,
          reason: prepared.reason,
          session: "",
        });
    }
  }
  const view = [...viewRun(plan, events).values()];
  return plan.nodes.flatMap((node) => {
    const own = view.filter((entry) => entry.node === node.id);
    if (own.length === 0)
      return [{ id: node.id, step: node.step.name, action: "open" as const, reason: unknown, key: null }];
    return own.map(({ instance, state, reason }) => {
      const action = actions[state];
      const open = state === "open" ? unknown : reason;
      return { id: instance, step: node.step.name, action, reason: open, key: keys.get(instance) ?? null };
    });
  });
}

const unknown = "depends on what runs before it";

const actions = {
  open: "open",
  waiting: "open",
  running: "run",
  retrying: "run",
  failed: "run",
  done: "cached",
  cached: "cached",
  skipped: "skip",
} as const;

function finishedBy(
  instance: string,
  prepared: Prepared,
  hit: NonNullable<Prepared["hit"]>,
): JournalData["node-finished"] {
  const { id, properties } = hit.execution;
  const outputs = (properties.outputs ?? {}) as Record<string, Id>;
  const values = (properties.values ?? {}) as JournalData["node-finished"]["values"];
  return {
    node: instance,
    execution: id,
    state: "cached",
    reason: prepared.reason,
    outputs,
    values,
    seconds: 0,
    cost: null,
  };
}
