import { setTimeout as sleep } from "node:timers/promises";
import type { Frame } from "@millrace/program";
import { readFrame } from "#dataset";
import { MillraceError } from "#kernel";
import type { RunEvent, RunOutcome } from "#pipeline";
import { resolveModel } from "#registry";
import { compareWindows } from "#validate";
import type { FactoryConfig } from "../config.ts";
import type { Project } from "../open-project.ts";
import { evidenceOf } from "../version-evidence.ts";
import { turnAndAnswer } from "../watch/turn-and-answer.ts";
import { type Watched, watchWindow } from "../watch/watch-window.ts";
import type { DemoData } from "./demo-data.ts";
import { createReplay, type Replayed } from "./replay.ts";

export interface LiveYear {
  readonly year: number;
  /** The version that answered, as `name:version`. */
  readonly served: string;
  readonly sent: Replayed;
  readonly watched: Watched;
  /** The retraining, where a trigger asked for it. */
  readonly retrained: RunOutcome | null;
  readonly champion: string;
  /** Population stability index of the aircraft models of this year, against the reports of 1990 to 1996. */
  readonly aircraftPsi: number | null;
}

export interface LiveOptions {
  readonly address: string;
  readonly years: readonly number[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (year: number, sent: number, total: number) => void;
  readonly onWatched?: (year: number, sent: Replayed, watched: Watched) => void;
  readonly onEvent?: (event: RunEvent) => void;
}

/** How long the traffic log may take to bring a record to the disk. */
const settleMs = 400;

/** Sends the demo's reports year by year, watches each year, and retrains where a trigger asks for it. */
export async function* liveYears(
  project: Project,
  config: FactoryConfig,
  data: DemoData,
  options: LiveOptions,
): AsyncGenerator<LiveYear> {
  const replay = createReplay(data);
  const { version: first } = await resolveModel(project, `${config.name}:1`);
  const past = await readFrame(await (await evidenceOf(project, first, "assemble/dataset")).path("data.parquet"), {
    columns: [aircraftColumn],
  });
  for (const year of options.years) {
    const served = await championName(project, config);
    const sent = await replay.send({
      address: options.address,
      endpoint: config.name,
      fromDay: `${year}-01-01`,
      toDay: `${year + 1}-01-01`,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onProgress === undefined
        ? {}
        : { onProgress: (done, total) => options.onProgress!(year, done, total) }),
    });
    await sleep(settleMs);
    const watched = await watchWindow(project, config, { fromMs: Date.UTC(year, 0), toMs: Date.UTC(year + 1, 0) });
    options.onWatched?.(year, sent, watched);
    let retrained: RunOutcome | null = null;
    if (watched.judgement.fire) {
      retrained = await turnAndAnswer(project, config, {
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
      });
    }
    // Ctrl-C has stopped the endpoints too; nobody would answer.
    options.signal?.throwIfAborted();
    const champion = await championName(project, config);
    await servedBy(options.address, config.name, champion);
    yield { year, served, sent, watched, retrained, champion, aircraftPsi: aircraftPsi(past, watched.frame) };
    if (options.signal?.aborted) return;
  }
}

const aircraftColumn = "Aircraft Make Model";

function aircraftPsi(past: Frame, year: Frame): number | null {
  if (!year.columns.has(aircraftColumn)) return null;
  const { columns } = compareWindows(past, year, { columns: [aircraftColumn], tests: ["psi"] });
  return columns[0]?.value ?? null;
}

async function championName(project: Project, config: FactoryConfig): Promise<string> {
  const { version } = await resolveModel(project, `${config.name}@champion`);
  return `${version.model}:${version.version}`;
}

/** Waits until the endpoint answers with this version. */
async function servedBy(address: string, endpoint: string, champion: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const { routes } = (await (await fetch(`${address}/v1/endpoints/${endpoint}`)).json()) as {
      routes: { model: string }[];
    };
    if (routes.some((route) => route.model === champion)) return;
    await sleep(100);
  }
  throw new MillraceError("SERVE_ENDPOINT_NOT_READY", {
    message: `The endpoint ${endpoint} did not take over ${champion} within 10 s.`,
    next: "Look at the endpoints: millrace deploy status",
  });
}
