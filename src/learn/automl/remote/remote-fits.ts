import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonValue } from "@millrace/program";
import { type Executor, isMillraceError, type WorkContext } from "#kernel";
import type { TrialPlan } from "../search/portfolio.ts";
import { isStop } from "../search/search-budget.ts";
import type { SearchFacts } from "../search/search-facts.ts";
import type { Trial, TrialGround } from "../trial/run-trial.ts";
import { decodeRecord } from "../trial/trial-record.ts";
import { readMargins, readModel, type SearchFile, writeGround } from "./ground-file.ts";
import { type TrialTask, trialModule } from "./trial-task.ts";

/** Cells above which each process's own matrices cost more memory and time than its trials gain. */
const mostCells = 24_000_000;
const mostRows = 60_000;

/**
 * Whether trials are worth giving to several processes: above so many rows a single fit uses the cores by itself, and of free
 * text the features, which each process makes for itself, take longer than the fits.
 */
export function worthSharing(
  { all, folds }: TrialGround["rows"],
  { text }: SearchFacts,
  executor: Executor | undefined,
): boolean {
  const { rows, columns } = all.frame;
  if (executor === undefined || executor.traits.parallel < 2 || text) return false;
  return rows <= mostRows && rows * columns.size * (folds.length + 1) <= mostCells;
}

/** How much sooner several fits end in so many processes; starting them and making their matrices takes its share. */
export function sharedBy(places: number, fits: number): number {
  return Math.max(1, 0.8 * Math.min(places, fits));
}

/** Fits of a search in other processes, through the executor port. What they share lies in a folder of its own. */
export class RemoteFits {
  readonly places: number;
  readonly #executor: Executor;
  readonly #context: WorkContext;
  readonly #folder: string;
  readonly #ground: SearchFile;
  readonly #settings: TrialGround["settings"];
  readonly #ended = new AbortController();
  #count = 0;

  constructor(executor: Executor, ground: TrialGround, leftOut: readonly string[], context: WorkContext) {
    this.places = executor.traits.parallel;
    this.#executor = executor;
    this.#context = context;
    this.#settings = ground.settings;
    this.#folder = mkdtempSync(join(tmpdir(), "millrace-search-"));
    this.#ground = writeGround(join(this.#folder, "ground"), ground, leftOut);
    // Processes start and read the rows while the first trials are made here; one that fails is heard of with its first trial.
    const nothing = { plan: { learner: "constant", options: {} }, folds: 1, bar: null, up: true } as const;
    for (let place = 0; place < this.places; place++)
      this.#submit({ ...nothing, seed: ground.settings.seed }, this.#ended.signal).catch(() => undefined);
  }

  /** A trial as `runTrial` makes it; its model of the first fold stays in a file. Errors: KERNEL_STOPPED, those of the executor. */
  async trial(plan: TrialPlan, folds: number, bar: number | null, up: boolean, signal: AbortSignal): Promise<Trial> {
    const told = await this.#submit({ plan, folds, bar, up, seed: this.#settings.seed }, signal);
    const modelFile = told.model === undefined ? {} : { modelFile: told.model };
    return { ...decodeRecord(told.record)!, models: [], ...modelFile };
  }

  /** A plan learned from all rows. Errors: KERNEL_STOPPED, those of the executor. */
  async model(plan: TrialPlan, seed: number, signal: AbortSignal) {
    const told = await this.#submit({ plan, folds: 0, bar: null, up: true, seed }, signal);
    return readModel(told.model!);
  }

  /** Margins of every two folds by models of the others. Errors: KERNEL_STOPPED, those of the executor. */
  async pairMargins(plan: TrialPlan, signal: AbortSignal): Promise<Float64Array> {
    const told = await this.#submit(
      { plan, folds: 1, pairs: true, bar: null, up: true, seed: this.#settings.seed },
      signal,
    );
    return readMargins(told.model!);
  }

  /** Ends what is under way and lets the folder go. */
  close(): void {
    this.#ended.abort();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #submit(task: Omit<TrialTask, "ground" | "model">, signal: AbortSignal) {
    const run = () => {
      const id = `trial-${++this.#count}`;
      const whole: TrialTask = { ...task, ground: this.#ground, model: join(this.#folder, `${id}.model`) };
      const payload = whole as unknown as JsonValue;
      return this.#executor.submit(
        { id: `${this.#folder}/${id}`, module: trialModule, export: "runTrialTask", weight: "heavy", payload },
        { ...this.#context, progress: () => undefined, signal: AbortSignal.any([signal, this.#ended.signal]) },
      );
    };
    // A process that was killed takes its trial along, not the search: another one tries it once more.
    const { value } = await run().catch((error) => {
      if (isStop(error) || !isMillraceError(error) || error.code !== "PIPELINE_TASK_KILLED") throw error;
      return run();
    });
    return value as unknown as { readonly record: string; readonly model?: SearchFile };
  }
}
