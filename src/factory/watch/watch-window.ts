import { join } from "node:path";
import type { Frame, JsonObject } from "@millrace/program";
import { readFrame, selectRows } from "#dataset";
import { digestJson, type Id, openLog, systemClock } from "#kernel";
import {
  applyActions,
  evidenceFromTraffic,
  judgeTriggers,
  type MonitorReport,
  monitorWindow,
  notifyLog,
  planActions,
  type ReferenceWindow,
  raiseAlerts,
  retrainRequest,
  type TriggerHistory,
  type TriggerJudgement,
  triggerPolicySchema,
} from "#monitor";
import { type ModelVersion, resolveModel } from "#registry";
import { readWindow } from "#traffic";
import { type FactoryConfig, imagesOf } from "../config.ts";
import type { Project } from "../open-project.ts";
import { datasetInfo } from "../steps/dataset-artifact.ts";
import type { EvaluationReport } from "../steps/evaluate.ts";
import { rowsOf } from "../steps/split.ts";
import { evidenceOf, scorerOf } from "../version-evidence.ts";
import { watchedColumns, withMeasures } from "./watched-columns.ts";

export interface WatchOptions {
  /** The window [fromMs, toMs) of requests, by the time they happened. */
  readonly fromMs: number;
  readonly toMs: number;
  /** What counts as now for cooldowns and schedules; default: the window's end. */
  readonly nowMs?: number;
}

export interface Watched {
  readonly report: MonitorReport;
  readonly judgement: TriggerJudgement;
  readonly champion: ModelVersion;
  /** The window's inputs, as they came. */
  readonly frame: Frame;
}

/**
 * Judges one window of an endpoint's traffic against what its champion learned from, records the report, raises alerts, and
 * asks for retraining where the trigger policy says so. The same window recorded twice is recorded once.
 *
 * Errors: REGISTRY_MODEL_UNKNOWN, REGISTRY_ALIAS_UNKNOWN: when nothing serves yet.
 */
export async function watchWindow(
  project: Project,
  config: FactoryConfig,
  { fromMs, toMs, nowMs = toMs }: WatchOptions,
): Promise<Watched> {
  const { version: champion } = await resolveModel(project, `${config.name}@champion`);
  const scorer = await scorerOf(project, champion);
  const { inputs, outputs } = scorer.program;
  const { task, classes = [] } = outputs;
  const traffic = await readWindow({ folder: project.trafficFolder, endpoint: config.name, fromMs, toMs });
  const images = imagesOf(config)?.column;
  const seen = evidenceFromTraffic(traffic, { task, classes, columns: inputs });
  const current = { ...seen, frame: await withMeasures(seen.frame, images) };
  const names = inputs.map(({ name }) => name);
  const reference = await referenceOf(project, champion, names, images);
  // Time goes on: a date of today is not drift.
  const columns = watchedColumns(names, images).filter((name) => name !== config.roles.time);
  const evidence = { factory: config.name, endpoint: config.name, task, classes, reference, current };
  const report = monitorWindow(evidence, { columns });
  const policy = triggerPolicySchema.parse(config.triggers ?? {});
  const judgement = judgeTriggers(policy, report, await historyOf(project, config, nowMs));
  const context = { metadata: project.metadata, clock: systemClock, by: `factory/${config.name}` };
  const data = JSON.parse(
    JSON.stringify({ report, judgement, champion: `${champion.model}:${champion.version}` }),
  ) as JsonObject;
  await project.metadata.write([
    {
      put: "entry",
      stream: `monitor/${config.name}`,
      type: "window",
      data,
      key: digestJson({
        window: { ...report.window },
        champion: champion.content,
        rows: report.rows,
        labelled: report.labels.labelled,
      }),
      atMs: systemClock.nowMs(),
    },
  ]);
  await raiseAlerts(context, report);
  const actions = [notifyLog, retrainRequest];
  const log = openLog(join(project.home, "logs", "monitor.log"), { factory: config.name });
  await applyActions(actions, planActions(actions, report, judgement), {
    ...context,
    factory: config.name,
    log,
    signal: new AbortController().signal,
  });
  return { report, judgement, champion, frame: current.frame };
}

/** The rows that the champion was made with, its scores on those that it never learned from, and how it did on them. */
async function referenceOf(
  project: Project,
  champion: ModelVersion,
  inputs: readonly string[],
  images: string | undefined,
): Promise<ReferenceWindow> {
  const scorer = await scorerOf(project, champion);
  const dataset = await evidenceOf(project, champion, "assemble/dataset");
  const split = await evidenceOf(project, champion, "split/split");
  const report = await (await evidenceOf(project, champion, "evaluate/evaluation")).json<EvaluationReport>();
  const held = (await datasetInfo(dataset)).columns.map(({ name }) => name);
  const wanted = new Set([...inputs, ...watchedColumns(inputs, images).filter((name) => held.includes(name))]);
  const all = await withMeasures(await readFrame(await dataset.path("data.parquet"), { columns: [...wanted] }), images);
  const test = selectRows(all, await rowsOf(split, "test"));
  const scored = scorer.scoreFrame(test);
  // As in traffic: a row that the model abstains from has no prediction.
  const predicted = Float64Array.from(scored.prediction, (one, row) => (scored.extras?.abstain?.[row] ? -1 : one));
  return { frame: all, scores: scored.score, predicted, metrics: report.model.metrics };
}

async function historyOf(project: Project, config: FactoryConfig, nowMs: number): Promise<TriggerHistory> {
  const fired = await project.metadata.read({
    find: "entries",
    stream: `trigger/${config.name}`,
    type: "retrain-requested",
  });
  // What a person asked for has no window, and starts no cooldown.
  const window = fired.findLast(({ data }) => data.window !== null)?.data.window as { toMs?: number } | undefined;
  const { outcomes } = await readWindow({ folder: project.trafficFolder, endpoint: config.name, toMs: nowMs });
  const labelled = new Set(outcomes.map((outcome) => outcome.requestId)).size;
  return {
    nowMs,
    ...(window?.toMs === undefined ? {} : { lastFiredMs: window.toMs }),
    labelledSinceTraining: Math.max(0, labelled - (await labelledInLastRun(project))),
  };
}

/** Labelled requests that the newest run learned from. */
async function labelledInLastRun({ metadata }: Project): Promise<number> {
  const [execution] = await metadata.read({ find: "executions", type: "read-traffic", limit: 1 });
  const [output] = Object.values((execution?.properties.outputs ?? {}) as Record<string, Id>);
  if (output === undefined) return 0;
  const [artifact] = await metadata.read({ find: "artifacts", ids: [output] });
  return Number(artifact?.properties.rows ?? 0);
}
