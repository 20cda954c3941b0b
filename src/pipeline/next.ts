import type { JsonObject, JsonValue } from "@millrace/program";
import type { JournalEvent, NodeCost, RecordedError } from "./model.ts";
import type { OutputRef, Plan, PlanNode } from "./plan/model.ts";

/*
 * What a run does next, as a pure function of its plan and its journal. Only types are imported, so that a workflow engine
 * can bundle this very file.
 */

/** Artifact ids by input: one, a list, or nothing for an optional input whose maker was skipped. */
export type CommandInputs = Readonly<Record<string, string | readonly string[] | null>>;

export type Command =
  /** Run the node, or find its result of an earlier run. `instance` is the node's id, with `/<index>` where it fans out. */
  | {
      readonly do: "start";
      readonly instance: string;
      readonly node: string;
      readonly item: { readonly value: JsonValue } | null;
      readonly inputs: CommandInputs;
      readonly attempt: number;
      readonly notBeforeMs: number;
      /** The code of the error that the attempt before ended with. */
      readonly retryOf: string | null;
    }
  | { readonly do: "skip"; readonly instance: string; readonly reason: string; readonly blocked: boolean }
  /** Ask a person, unless the same was answered before. */
  | { readonly do: "ask"; readonly instance: string; readonly node: string; readonly inputs: CommandInputs }
  /** Record a person's answer. */
  | {
      readonly do: "conclude";
      readonly instance: string;
      readonly node: string;
      readonly inputs: CommandInputs;
      readonly answer: Answer;
    }
  | { readonly do: "finish"; readonly state: "complete" | "failed" }
  | { readonly do: "rest"; readonly waiting: readonly string[] };

export type Answer = { readonly decision: "approved" | "rejected"; readonly by: string; readonly comment: string };

export type InstanceState = "open" | "running" | "retrying" | "waiting" | "done" | "cached" | "skipped" | "failed";

/** What the journal says about one instance. */
export interface InstanceView {
  readonly instance: string;
  readonly node: string;
  state: InstanceState;
  reason: string;
  blocked: boolean;
  attempt: number;
  notBeforeMs: number;
  execution: string | null;
  outputs: Readonly<Record<string, string>>;
  values: Readonly<Record<string, JsonValue>>;
  seconds: number;
  cost: NodeCost | null;
  error: RecordedError | null;
  answer: Answer | null;
}

/** First pause before a retry; each further one is twice as long, up to a minute. */
const firstRetryMs = 500;
const longestRetryMs = 60_000;

/**
 * The commands that a run's journal calls for. The driver carries them out, appends what happened, and asks again; commands
 * for instances that it is already busy with are its to leave out.
 *
 * Order: that of the plan. Ends with one `finish` or `rest` once nothing is open or under way.
 */
export function next(plan: Plan, events: readonly JournalEvent[]): readonly Command[] {
  const view = viewRun(plan, events);
  const commands: Command[] = [];
  for (const node of plan.nodes) commands.push(...commandsOf(node, plan, view));
  if (commands.length > 0) return commands;
  const instances = [...view.values()];
  if (instances.some(({ state }) => state === "running")) return [];
  if (instances.some(({ state }) => state === "failed")) return [{ do: "finish", state: "failed" }];
  const waiting = instances.filter(({ state }) => state === "waiting").map(({ instance }) => instance);
  return waiting.length > 0 ? [{ do: "rest", waiting }] : [{ do: "finish", state: "complete" }];
}

/** The state of every instance that the journal or the plan knows, in the plan's order where it has begun. */
export function viewRun(plan: Plan, events: readonly JournalEvent[]): ReadonlyMap<string, InstanceView> {
  const view = new Map<string, InstanceView>();
  const retries = new Map(plan.nodes.map((node) => [node.id, node.retries]));
  const fanned = new Set(plan.nodes.filter((node) => node.map !== null).map((node) => node.id));
  for (const node of plan.nodes) if (node.map === null) view.set(node.id, openInstance(node.id, node.id));
  const at = (instance: string): InstanceView => {
    const known = view.get(instance);
    if (known !== undefined) return known;
    const made = openInstance(instance, fanned.has(instance) ? instance : instance.slice(0, instance.lastIndexOf("/")));
    view.set(instance, made);
    return made;
  };
  for (const event of events) {
    if (event.type === "run-resumed") {
      for (const entry of view.values()) {
        // A question without an answer is asked again: another stream may hold one by now.
        const asked = entry.state === "waiting" && entry.answer === null;
        const begun = entry.state === "failed" || entry.state === "running" || entry.state === "retrying";
        if (!asked && !begun && !(entry.state === "skipped" && entry.blocked)) continue;
        // A node that fans out has an entry of its own only while it is skipped whole.
        if (fanned.has(entry.instance)) view.delete(entry.instance);
        else Object.assign(entry, openInstance(entry.instance, entry.node));
      }
    } else if (event.type === "node-started") {
      const { node, attempt, reason, execution } = event.data;
      Object.assign(at(node), { state: "running", attempt, reason, execution });
    } else if (event.type === "node-finished") {
      const { node, state, reason, execution, outputs, values, seconds, cost } = event.data;
      Object.assign(at(node), { state, reason, execution, outputs, values, seconds, cost, error: null });
    } else if (event.type === "node-failed") {
      const { node, attempt, retryable, error, execution, seconds } = event.data;
      const entry = at(node);
      const again = retryable && attempt <= (retries.get(entry.node) ?? 0);
      const notBeforeMs = event.atMs + Math.min(longestRetryMs, firstRetryMs * 2 ** (attempt - 1));
      Object.assign(entry, { state: again ? "retrying" : "failed", attempt, error, execution, seconds, notBeforeMs });
    } else if (event.type === "node-skipped") {
      const { node, reason, blocked } = event.data;
      Object.assign(at(node), { state: "skipped", reason, blocked });
    } else if (event.type === "node-waiting") {
      Object.assign(at(event.data.node), { state: "waiting", reason: event.data.question });
    } else if (event.type === "node-answered") {
      const { node, decision, by, comment } = event.data;
      const entry = at(node);
      if (entry.answer === null) entry.answer = { decision, by, comment };
    }
  }
  return view;
}

function openInstance(instance: string, node: string): InstanceView {
  return {
    instance,
    node,
    state: "open",
    reason: "",
    blocked: false,
    attempt: 0,
    notBeforeMs: 0,
    execution: null,
    outputs: {},
    values: {},
    seconds: 0,
    cost: null,
    error: null,
    answer: null,
  };
}

function commandsOf(node: PlanNode, plan: Plan, view: ReadonlyMap<string, InstanceView>): Command[] {
  const own = view.get(node.id);
  if (own !== undefined && own.state !== "open" && own.state !== "retrying" && own.state !== "waiting") return [];
  if (own?.state === "waiting" && own.answer === null) return [];
  const ready = readiness(node, plan, view);
  if (ready.is === "early") return [];
  if (ready.is === "skip")
    return own?.state === "skipped"
      ? []
      : [{ do: "skip", instance: node.id, reason: ready.reason, blocked: ready.blocked }];
  const inputs = inputsOf(node, plan, view);
  if (node.kind === "wait") {
    const answer = own?.answer ?? null;
    if (answer === null) return [{ do: "ask", instance: node.id, node: node.id, inputs }];
    return [{ do: "conclude", instance: node.id, node: node.id, inputs, answer }];
  }
  const items = itemsOf(node, view);
  if (items === null) return [startOf(node, node.id, null, inputs, own)];
  return items.flatMap((value, index) => {
    const instance = `${node.id}/${index}`;
    const entry = view.get(instance);
    if (entry !== undefined && entry.state !== "open" && entry.state !== "retrying") return [];
    return [startOf(node, instance, { value }, inputs, entry)];
  });
}

function startOf(
  node: PlanNode,
  instance: string,
  item: { readonly value: JsonValue } | null,
  inputs: CommandInputs,
  entry: InstanceView | undefined,
): Command {
  const attempt = entry?.state === "retrying" ? entry.attempt + 1 : 1;
  const notBeforeMs = entry?.state === "retrying" ? entry.notBeforeMs : 0;
  const retryOf = entry?.state === "retrying" ? (entry.error?.code ?? null) : null;
  return { do: "start", instance, node: node.id, item, inputs, attempt, notBeforeMs, retryOf };
}

type Readiness =
  | { readonly is: "ready" }
  | { readonly is: "early" }
  | { readonly is: "skip"; readonly reason: string; readonly blocked: boolean };

/** Whether the node can start: everything before it has ended well, its conditions hold, its inputs are there. */
function readiness(node: PlanNode, plan: Plan, view: ReadonlyMap<string, InstanceView>): Readiness {
  const inputs = Object.values(node.inputs);
  const needed = new Set([
    ...node.when.map((guard) => guard.node),
    ...(node.map === null ? [] : [node.map.node]),
    ...inputs.flatMap((input) => input.refs.map((ref) => ref.node)),
    ...node.after,
  ]);
  const states = new Map([...needed].map((id) => [id, nodeState(id, plan, view)]));
  for (const [id, state] of states) {
    if (state === "failed") return { is: "skip", reason: `${id} failed`, blocked: true };
    if (state === "blocked") return { is: "skip", reason: `${id} was not reached`, blocked: true };
  }
  if ([...states.values()].includes("unfinished")) return { is: "early" };
  for (const guard of node.when) {
    if (states.get(guard.node) === "skipped")
      return { is: "skip", reason: `${guard.node} was skipped`, blocked: false };
    const value = view.get(guard.node)?.values[guard.output] ?? null;
    if (equalJson(value, guard.equals)) continue;
    const reason = `${guard.label} is ${JSON.stringify(value)}, wanted ${JSON.stringify(guard.equals)}`;
    return { is: "skip", reason, blocked: false };
  }
  const required = [
    ...(node.map === null ? [] : [node.map.node]),
    ...inputs.filter((input) => !input.many && !input.optional).flatMap((input) => input.refs.map((ref) => ref.node)),
  ];
  const absent = required.find((id) => states.get(id) === "skipped");
  return absent === undefined ? { is: "ready" } : { is: "skip", reason: `${absent} was skipped`, blocked: false };
}

function nodeState(
  id: string,
  plan: Plan,
  view: ReadonlyMap<string, InstanceView>,
): "done" | "skipped" | "blocked" | "failed" | "unfinished" {
  const entries = instancesOf(id, plan, view);
  if (entries === null || entries.some(({ state }) => state === "open" || state === "running")) return "unfinished";
  if (entries.some(({ state }) => state === "retrying" || state === "waiting")) return "unfinished";
  if (entries.some(({ state }) => state === "failed")) return "failed";
  const skipped = entries.find(({ state }) => state === "skipped");
  if (skipped === undefined) return "done";
  return skipped.blocked ? "blocked" : "skipped";
}

/** A node's instances: itself, or one for each element of its list; `null` while the list is not known. */
function instancesOf(id: string, plan: Plan, view: ReadonlyMap<string, InstanceView>): readonly InstanceView[] | null {
  const own = view.get(id);
  if (own !== undefined) return [own];
  const node = plan.nodes.find((candidate) => candidate.id === id);
  const items = node === undefined ? null : itemsOf(node, view);
  if (items === null) return null;
  return items.map((_, index) => view.get(`${id}/${index}`) ?? openInstance(`${id}/${index}`, id));
}

function itemsOf(node: PlanNode, view: ReadonlyMap<string, InstanceView>): readonly JsonValue[] | null {
  if (node.map === null) return null;
  const list = view.get(node.map.node)?.values[node.map.output];
  return Array.isArray(list) ? list : null;
}

function inputsOf(node: PlanNode, plan: Plan, view: ReadonlyMap<string, InstanceView>): CommandInputs {
  return Object.fromEntries(
    Object.entries(node.inputs).map(([name, input]) => {
      const ids = input.refs.flatMap((ref) => artifactsAt(ref, plan, view));
      return [name, input.many ? ids : (ids[0] ?? null)];
    }),
  );
}

function artifactsAt(ref: OutputRef, plan: Plan, view: ReadonlyMap<string, InstanceView>): readonly string[] {
  return (instancesOf(ref.node, plan, view) ?? []).flatMap((entry) => entry.outputs[ref.output] ?? []);
}

function equalJson(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as JsonObject;
  const right = b as JsonObject;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length && keys.every((key) => key in right && equalJson(left[key]!, right[key]!))
  );
}
