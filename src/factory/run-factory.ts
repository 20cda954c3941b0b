import { join } from "node:path";
import type { JsonValue } from "@millrace/program";
import { openLog } from "#kernel";
import {
  type CostRates,
  changePlan,
  findRun,
  type Pipeline,
  type Plan,
  planPipeline,
  type RunEvent,
  type RunOptions,
  type RunOutcome,
  runPipeline,
  type StoreAddress,
} from "#pipeline";
import type { FactoryConfig } from "./config.ts";
import type { Project } from "./open-project.ts";
import { newNotes } from "./runs/run-notes.ts";
import { standardLoop } from "./standard-loop.ts";

export interface TurnOptions {
  /** Goes on with this run, or with the `newest` unfinished one. */
  readonly resume?: string;
  readonly from?: string;
  readonly set?: Readonly<Record<string, JsonValue>>;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

/**
 * Turns the loop of a factory once, or goes on with a run that was cut off.
 *
 * Errors: those of `runPipeline`; what a step throws is in the outcome.
 */
export function turnLoop(project: Project, config: FactoryConfig, options: TurnOptions = {}): Promise<RunOutcome> {
  return turnPipeline(project, config, standardLoop(config, project), options);
}

/** As `turnLoop`, of another pipeline in the same project. */
export function turnPipeline(
  project: Project,
  config: FactoryConfig,
  pipeline: Pipeline,
  options: TurnOptions = {},
): Promise<RunOutcome> {
  const { seed = config.seed, ...rest } = options;
  return drive(
    project,
    config,
    { ...rest, ...(options.resume === undefined ? { seed } : {}), pipeline },
    { resume: options.resume },
  );
}

/**
 * A new run with the plan and the seed of a recorded one, some options changed: the same data and the config of then.
 *
 * Errors: PIPELINE_RUN_UNKNOWN; those of `changePlan` and `runPipeline`.
 */
export async function forkRun(
  project: Project,
  config: FactoryConfig,
  which: string,
  options: Omit<TurnOptions, "resume"> = {},
): Promise<RunOutcome> {
  const { runId, started } = await findRun(project.metadata, which);
  const { set = {}, seed = started.seed, ...rest } = options;
  const { metadata, objects, folder } = project;
  const plan = await changePlan(started.plan, set, { metadata, objects, project: folder });
  return drive(project, config, { ...rest, seed, plan }, { forkedFrom: runId });
}

async function drive(
  project: Project,
  config: FactoryConfig,
  what: Pick<RunOptions, "pipeline" | "plan" | "resume" | "from" | "set" | "seed" | "signal" | "onEvent">,
  origin: { readonly resume?: string | undefined; readonly forkedFrom?: string | undefined },
): Promise<RunOutcome> {
  const notes = await newNotes(project, config.name, origin);
  return runPipeline({
    ...what,
    notes,
    metadata: project.metadata,
    objects: project.objects,
    executor: project.executor,
    project: project.folder,
    scratch: join(project.home, "scratch"),
    addresses: storeAddresses(project),
    rates: ratesOf(config),
    log: openLog(join(project.home, "logs", "runs.log"), { factory: config.name }),
  });
}

/** The plan of the next run, with its watermarks taken now. */
export function planLoop(
  project: Project,
  config: FactoryConfig,
  set: Readonly<Record<string, JsonValue>> = {},
): Promise<Plan> {
  return planPipeline(standardLoop(config, project), {
    project: project.folder,
    metadata: project.metadata,
    objects: project.objects,
    set,
  });
}

/** How child processes open the project's stores. */
export function storeAddresses(project: Pick<Project, "home">): {
  readonly objects: StoreAddress;
  readonly metadata: StoreAddress;
} {
  const module = (adapter: string) => import.meta.resolve(adapter);
  return {
    objects: {
      module: module("#adapters/objects-files"),
      export: "fileObjects",
      options: { root: join(project.home, "objects") },
    },
    metadata: {
      module: module("#adapters/metadata-sql"),
      export: "sqliteMetadata",
      options: { path: join(project.home, "metadata.db") },
    },
  };
}

function ratesOf({ cost }: FactoryConfig): CostRates {
  return {
    ...(cost?.perCpuHour === undefined ? {} : { perCpuHour: cost.perCpuHour }),
    ...(cost?.wattsPerCpu === undefined ? {} : { wattsPerCpu: cost.wattsPerCpu }),
  };
}
