import type { JsonObject } from "@millrace/program";
import { fakeClock, newId } from "#kernel";
import { raiseAlerts } from "#monitor";
import { recordDeployment, registerVersion, setAlias } from "#registry";
import { anomalies, card, evaluationReport, guardrails, training, verdict } from "./evidence.ts";
import { modelParts } from "./model-program.ts";
import { strikePlan } from "./plan.ts";
import { strikeWindows } from "./windows.ts";
import { type SeededRun, type Stores, type Written, writeRun } from "./write-run.ts";

const hour = 3_600_000;
const model = "bird-strikes";

export interface Seeded {
  readonly first: SeededRun;
  readonly cached: SeededRun;
  readonly retrained: SeededRun;
  readonly failed: SeededRun;
  readonly waiting: SeededRun;
  readonly running: SeededRun;
}

/** A project as it stands some days after the loop began to turn: six runs, two versions, an endpoint, watched windows. */
export async function seedProject(stores: Stores, nowMs: number): Promise<Seeded> {
  const seconds = {
    "ingest-strikes": 1.93,
    prepare: 0.84,
    statistics: 0.31,
    train: 9.42,
    evaluate: 2.18,
    screen: 0.66,
  };
  const data: Record<string, Written> = {
    "ingest-strikes.dataset": dataset(9940),
    "read-traffic.dataset": dataset(0),
    "prepare.dataset": dataset(9940),
    "screen.guardrails": { value: guardrails, properties: { blocked: guardrails.blocked! } },
    "validate.anomalies": { value: anomalies },
  };
  const metrics = { train: { trials: 10 }, evaluate: { rocAucScore: 0.771 }, screen: { pass: 4, warn: 2, block: 3 } };
  const first = await writeRun(stores, {
    plan: strikePlan,
    startedMs: nowMs - 74 * hour,
    seconds,
    metrics,
    outputs: { ...data, ...evidenceOf(1, 1740, 0, null, true) },
  });
  await register(stores, first, 1, 0, true);
  const everything = new Set(strikePlan.nodes.map((node) => node.id));
  const cached = await writeRun(stores, {
    plan: strikePlan,
    startedMs: nowMs - 50 * hour,
    outputs: {},
    cachedFrom: { run: first, nodes: everything },
  });
  const reasons = {
    "read-traffic": "the source changed: 6,120 rows in place of 0",
    prepare: "another input: traffic",
    statistics: "another input: dataset",
    train: "another input: dataset",
    evaluate: "other inputs: dataset, split, model, champion",
    gate: "another input: evaluation",
  };
  const retrained = await writeRun(stores, {
    plan: strikePlan,
    startedMs: nowMs - 26 * hour,
    seconds: { ...seconds, train: 12.87, "read-traffic": 0.42 },
    metrics: { ...metrics, evaluate: { rocAucScore: 0.789 } },
    reasons,
    outputs: {
      ...data,
      "read-traffic.dataset": dataset(6120),
      "prepare.dataset": dataset(16060),
      ...evidenceOf(2, 1983, 0.018, `${model}:1`, true),
    },
    cachedFrom: { run: first, nodes: new Set(["ingest-strikes"]) },
  });
  await register(stores, retrained, 2, 0.018, true);
  const refused = await writeRun(stores, {
    plan: strikePlan,
    startedMs: nowMs - 5 * hour,
    seconds,
    reasons,
    metrics,
    outputs: { ...data, ...evidenceOf(3, 2010, 0.015, `${model}:2`, false) },
    cachedFrom: { run: first, nodes: new Set(["ingest-strikes"]) },
    skipped: {
      promote: "gate.passed is false, wanted true",
      deploy: "promote was skipped",
    },
  });
  await register(stores, refused, 3, 0.015, false);
  const failed = await writeRun(stores, {
    plan: strikePlan,
    startedMs: nowMs - 3 * hour,
    seconds,
    outputs: data,
    fails: {
      node: "train",
      error: {
        code: "PIPELINE_TASK_KILLED",
        message: "The step train was ended: it held 2,148 MiB and its limit is 2,048 MiB.",
        next: "Raise `memoryLimitBytes` of the step, or learn from a sample of the rows.",
        facts: {},
      },
    },
  });
  const waiting = await writeRun(stores, {
    plan: strikePlan,
    startedMs: nowMs - hour,
    outputs: { ...data, ...evidenceOf(4, 2010, 0.02, `${model}:2`, true) },
    waitingAt: { node: "promote", question: "May bird-strikes:3 become champion?" },
  });
  const running = await writeRun(stores, {
    plan: strikePlan,
    startedMs: nowMs - 9_000,
    outputs: data,
    runningAt: "train",
    cachedFrom: { run: first, nodes: new Set(["ingest-strikes", "statistics", "schema"]) },
  });
  await deployAndWatch(stores, nowMs);
  return { first, cached, retrained, failed, waiting, running };
}

/** Runs of another pipeline, as many as asked, each with its journal. */
export async function seedManyRuns(stores: Stores, count: number, nowMs: number): Promise<void> {
  const plan = { ...strikePlan, pipeline: "nightly-refresh", nodes: strikePlan.nodes.slice(0, 2) };
  for (let start = 0; start < count; start += 500) {
    const batch = Array.from({ length: Math.min(500, count - start) }, (_, i) => nowMs - (count - start - i) * 60_000);
    await stores.metadata.write(
      batch.flatMap((atMs) => {
        const id = newId("run", atMs);
        const entry = (type: string, data: JsonObject) => ({
          put: "entry" as const,
          stream: `run/${id}`,
          type,
          data,
          atMs,
        });
        const holder = { host: "workshop", pid: 1, startedTicks: null, session: "s" };
        const finished = (node: string) =>
          entry("node-finished", {
            node,
            execution: newId("exe", atMs),
            state: "cached",
            reason: "cached",
            outputs: {},
            values: {},
            seconds: 0.002,
            cost: null,
          });
        return [
          {
            put: "context" as const,
            value: {
              id,
              type: "run",
              name: id,
              properties: { pipeline: plan.pipeline, state: "complete" },
              createdMs: atMs,
            },
          },
          entry("run-started", {
            pipeline: plan.pipeline,
            plan: plan as unknown as JsonObject,
            seed: 1,
            from: null,
            holder,
            untilMs: atMs + 30_000,
          }),
          ...plan.nodes.map((node) => finished(node.id)),
          entry("run-finished", { session: "s", state: "complete" }),
        ];
      }),
    );
  }
}

function dataset(rows: number): Written {
  return { value: { rows }, properties: { rows, columns: 14 } };
}

function evidenceOf(
  version: number,
  rows: number,
  gain: number,
  champion: string | null,
  passed: boolean,
): Record<string, Written> {
  return {
    "train.model": { ...modelParts(version), properties: { task: "binary", features: 31 } },
    "train.training": { value: training(version) },
    "evaluate.evaluation": {
      value: evaluationReport(rows, gain, champion),
      properties: { rows, metric: "rocAucScore", value: 0.771 + gain },
    },
    "gate.verdict": { value: verdict(passed, rows), properties: { passed, registrable: true } },
    "card.card": { value: card(version) },
  };
}

async function register(
  stores: Stores,
  run: SeededRun,
  version: number,
  gain: number,
  promote: boolean,
): Promise<void> {
  const artifact = run.artifacts.get("train.model")!;
  const registry = { metadata: stores.metadata, clock: fakeClock(run.endedMs), by: `factory/${model}` };
  await registerVersion(registry, {
    model,
    artifactId: artifact.id,
    content: artifact.content,
    runId: run.id,
    metrics: {
      rocAucScore: 0.771 + gain,
      averagePrecisionScore: 0.318 + gain,
      logLoss: 0.293 - gain / 2,
      f1Score: 0.361 + gain,
    },
    owner: "safety office",
  });
  await setAlias(registry, { model, version, alias: "challenger", reason: "registered by a run" });
  if (promote)
    await setAlias(registry, {
      model,
      version,
      alias: "champion",
      reason: version === 1 ? "There is no champion yet." : "better than the champion with a probability of 98.5 %",
    });
}

async function deployAndWatch(stores: Stores, nowMs: number): Promise<void> {
  const { metadata } = stores;
  const clock = fakeClock(nowMs - 25 * hour);
  const by = `factory/${model}`;
  await recordDeployment(
    { metadata, clock, by },
    { endpoint: model, model, alias: "champion", reason: "the champion serves" },
  );
  for (const report of strikeWindows()) {
    clock.advance(30 * 60_000);
    const fire = report.verdict === "worse";
    const judgement = { fire, reasons: fire ? ["ROC AUC became worse."] : [], heldBack: null };
    const data = JSON.parse(JSON.stringify({ report, judgement, champion: `${model}:2` })) as JsonObject;
    await metadata.write([{ put: "entry", stream: `monitor/${model}`, type: "window", data, atMs: clock.nowMs() }]);
    await raiseAlerts({ metadata, clock, by }, report);
  }
}
