import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { init, parse } from "es-module-lexer";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { JournalData, JournalEvent, JournalType } from "./model.ts";
import { type Command, next, viewRun } from "./next.ts";
import type { Plan, PlanInput, PlanNode } from "./plan/model.ts";

const one = (...nodes: string[]): PlanInput => ({
  refs: nodes.map((node) => ({ node, output: "out" })),
  many: nodes.length !== 1,
  optional: false,
});

function node(id: string, more: Partial<PlanNode> = {}): PlanNode {
  return {
    id,
    step: { module: "project:a.ts", export: "a", name: "a", version: 1 },
    kind: "pure",
    weight: "light",
    options: {},
    unkeyed: [],
    references: [],
    inputs: {},
    outputs: { out: "thing" },
    reports: [],
    when: [],
    after: [],
    map: null,
    wait: null,
    watermark: null,
    watermarkAt: "plan",
    retries: 2,
    timeoutMs: null,
    memoryLimitBytes: null,
    ...more,
  };
}

const planOf = (...nodes: PlanNode[]): Plan => ({ format: 1, pipeline: "p", version: 1, nodes });

function journal() {
  const events: JournalEvent[] = [];
  return {
    events,
    add<K extends JournalType>(type: K, data: JournalData[K], atMs = 0): void {
      events.push({
        stream: "run/1",
        sequence: events.length + 1,
        type,
        data,
        key: null,
        atMs,
      } as unknown as JournalEvent);
    },
  };
}

const finished = (instance: string, value: JournalData["node-finished"]["values"] = {}) =>
  ({
    node: instance,
    execution: "e",
    state: "done",
    reason: "",
    outputs: { out: `art ${instance}` },
    values: value,
    seconds: 0,
    cost: null,
  }) as const;
const failure = (instance: string, attempt: number, retryable: boolean) =>
  ({
    node: instance,
    execution: "e",
    attempt,
    retryable,
    error: { code: "X", message: "x", next: "", facts: {} },
    seconds: 0,
  }) as const;
const brief = (commands: readonly Command[]) =>
  commands.map((command) => ("instance" in command ? `${command.do} ${command.instance}` : command.do));

test("imports nothing but types", async () => {
  await init();
  const text = readFileSync(fileURLToPath(new URL("./next.ts", import.meta.url)), "utf8");
  const [imports] = parse(text);
  expect(imports.length).toBeGreaterThan(0);
  expect(imports.filter((entry) => entry.type !== "static" || !entry.typeOnly)).toEqual([]);
});

test("starts what is ready, hands inputs on, and ends", () => {
  const plan = planOf(node("a"), node("b", { inputs: { x: one("a") } }), node("c"));
  const run = journal();
  expect(brief(next(plan, run.events))).toEqual(["start a", "start c"]);
  run.add("node-finished", finished("a"));
  expect(next(plan, run.events)).toMatchObject([
    { do: "start", instance: "b", inputs: { x: "art a" }, attempt: 1 },
    { do: "start", instance: "c" },
  ]);
  run.add("node-finished", finished("c"));
  run.add("node-started", { node: "b", execution: "e", attempt: 1, reason: "", session: "s" });
  expect(next(plan, run.events)).toEqual([]);
  run.add("node-finished", finished("b"));
  expect(next(plan, run.events)).toEqual([{ do: "finish", state: "complete" }]);
});

test("tries again with pauses that double, as often as the node allows, and then blocks what follows", () => {
  const plan = planOf(node("a"), node("b", { inputs: { x: one("a") } }), node("c", { inputs: { x: one("b") } }));
  const run = journal();
  run.add("node-failed", failure("a", 1, true), 1000);
  expect(next(plan, run.events)).toMatchObject([{ do: "start", attempt: 2, notBeforeMs: 1500, retryOf: "X" }]);
  run.add("node-failed", failure("a", 2, true), 2000);
  expect(next(plan, run.events)).toMatchObject([{ do: "start", attempt: 3, notBeforeMs: 3000 }]);
  run.add("node-failed", failure("a", 3, true), 3000);
  expect(next(plan, run.events)).toMatchObject([{ do: "skip", instance: "b", reason: "a failed", blocked: true }]);
  run.add("node-skipped", { node: "b", reason: "a failed", blocked: true });
  expect(next(plan, run.events)).toMatchObject([
    { do: "skip", instance: "c", reason: "b was not reached", blocked: true },
  ]);
  run.add("node-skipped", { node: "c", reason: "b was not reached", blocked: true });
  expect(next(plan, run.events)).toEqual([{ do: "finish", state: "failed" }]);
  run.add("run-resumed", { holder: { host: "h", pid: 1, startedTicks: null, session: "t" }, untilMs: 0 });
  expect(next(plan, run.events)).toMatchObject([{ do: "start", instance: "a", attempt: 1, notBeforeMs: 0 }]);
});

test("a fan-out has one instance an element, gives a list on, and may be empty", () => {
  const plan = planOf(
    node("list", { reports: ["out"] }),
    node("each", { map: { node: "list", output: "out", as: "item" } }),
    node("sum", { inputs: { parts: { refs: [{ node: "each", output: "out" }], many: true, optional: false } } }),
  );
  const run = journal();
  expect(brief(next(plan, run.events))).toEqual(["start list"]);
  run.add("node-finished", finished("list", { out: ["x", "y"] }));
  expect(next(plan, run.events)).toMatchObject([
    { instance: "each/0", item: { value: "x" } },
    { instance: "each/1", item: { value: "y" } },
  ]);
  run.add("node-finished", finished("each/1"));
  expect(brief(next(plan, run.events))).toEqual(["start each/0"]);
  run.add("node-finished", finished("each/0"));
  expect(next(plan, run.events)).toMatchObject([{ instance: "sum", inputs: { parts: ["art each/0", "art each/1"] } }]);
  const empty = journal();
  empty.add("node-finished", finished("list", { out: [] }));
  expect(next(plan, empty.events)).toMatchObject([{ instance: "sum", inputs: { parts: [] } }]);
});

test("a condition compares whole JSON values; optional and listed inputs may come from skipped nodes", () => {
  const guard = { node: "a", output: "out", equals: { ok: [1, true] }, label: "a" };
  const plan = planOf(
    node("a"),
    node("b", { when: [guard] }),
    node("c", {
      inputs: { x: { ...one("b"), optional: true }, y: { refs: one("a", "b").refs, many: true, optional: false } },
    }),
    node("d", { inputs: { x: one("b") } }),
  );
  const hold = journal();
  hold.add("node-finished", finished("a", { out: { ok: [1, true] } }));
  expect(brief(next(plan, hold.events))).toEqual(["start b"]);
  const fail = journal();
  fail.add("node-finished", finished("a", { out: { ok: [1] } }));
  expect(next(plan, fail.events)).toMatchObject([
    { do: "skip", instance: "b", reason: 'a is {"ok":[1]}, wanted {"ok":[1,true]}', blocked: false },
  ]);
  fail.add("node-skipped", { node: "b", reason: "", blocked: false });
  expect(next(plan, fail.events)).toMatchObject([
    { do: "start", instance: "c", inputs: { x: null, y: ["art a"] } },
    { do: "skip", instance: "d", reason: "b was skipped", blocked: false },
  ]);
});

test("rests at a question, and concludes it once it is answered", () => {
  const plan = planOf(node("ask", { kind: "wait", wait: { question: "?", stream: null, entryType: "approval" } }));
  const run = journal();
  expect(brief(next(plan, run.events))).toEqual(["ask ask"]);
  run.add("node-waiting", { node: "ask", question: "?", of: [] });
  expect(next(plan, run.events)).toEqual([{ do: "rest", waiting: ["ask"] }]);
  run.add("node-answered", { node: "ask", decision: "approved", by: "anna", comment: "" });
  run.add("node-answered", { node: "ask", decision: "rejected", by: "ben", comment: "" });
  expect(next(plan, run.events)).toMatchObject([{ do: "conclude", answer: { by: "anna" } }]);
});

test("whatever fails and whenever it is cut off, a run ends, and nothing that finished is started again", () => {
  const graph = fc.array(
    fc.record({
      needs: fc.array(fc.nat(20), { maxLength: 3 }),
      optional: fc.boolean(),
      guarded: fc.boolean(),
      map: fc.option(fc.nat(3), { nil: null }),
    }),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(graph, fc.infiniteStream(fc.nat(9)), (drafts, dice) => {
      const roll = () => dice.next().value as number;
      const nodes = drafts.flatMap(({ needs, optional, guarded, map }, index): PlanNode[] => {
        const before = index === 0 ? [] : needs.map((need) => `n${need % index}`);
        const inputs = Object.fromEntries(before.map((id, at) => [`i${at}`, { ...one(id), many: true, optional }]));
        const [first] = before;
        const guard =
          guarded && first !== undefined ? [{ node: first, output: "out", equals: true, label: first }] : [];
        if (map === null) return [node(`n${index}`, { inputs, when: guard })];
        return [
          node(`l${index}`, { options: { length: map } }),
          node(`n${index}`, { inputs, when: guard, map: { node: `l${index}`, output: "out", as: "item" } }),
        ];
      });
      const plan = planOf(...nodes);
      const run = journal();
      const done = new Set<string>();
      for (let steps = 0; steps < 500; steps++) {
        if (roll() === 0)
          run.add("run-resumed", { holder: { host: "h", pid: 1, startedTicks: null, session: "s" }, untilMs: 0 });
        const [command] = next(plan, run.events);
        if (command === undefined) throw new Error("nothing to do, and not at the end");
        if (command.do === "finish") {
          const open = [...viewRun(plan, run.events).values()].filter(({ state }) =>
            ["open", "running", "retrying"].includes(state),
          );
          expect(open).toEqual([]);
          return;
        }
        if (command.do === "skip")
          run.add("node-skipped", { node: command.instance, reason: command.reason, blocked: command.blocked });
        if (command.do !== "start") continue;
        expect(done.has(command.instance)).toBe(false);
        run.add("node-started", {
          node: command.instance,
          execution: "e",
          attempt: command.attempt,
          reason: "",
          session: "s",
        });
        const luck = roll();
        if (luck === 1)
          run.add("run-resumed", { holder: { host: "h", pid: 1, startedTicks: null, session: "s" }, untilMs: 0 });
        else if (luck === 2) run.add("node-failed", failure(command.instance, command.attempt, roll() < 5));
        else {
          const { length } = plan.nodes.find(({ id }) => id === command.node)!.options;
          const out = typeof length === "number" ? Array.from({ length }, (_, index) => index) : roll() < 7;
          run.add("node-finished", finished(command.instance, { out }));
          done.add(command.instance);
        }
      }
      throw new Error("the run does not end");
    }),
    { numRuns: 200, seed: 11 },
  );
});
