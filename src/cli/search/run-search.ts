import { availableParallelism } from "node:os";
import { localExecutor } from "#adapters/executor-local";
import { plainContext } from "#kernel";
import { type AutomlRequest, type AutomlResult, automl, fewestTableRows, shortestLook } from "#learn";
import type { ActionContext } from "../command.ts";
import { optionInvalid, sizeOption, textOption } from "../options.ts";
import type { Budget } from "./automl-budget.ts";
import { liveBoard } from "./live-board.ts";
import { watchMemory } from "./memory-watch.ts";
import { openTrials } from "./trials-file.ts";

/** Seconds of ending the processes and writing the card, and share of the budget for what nobody can foresee. */
const atTheEnd = { seconds: 0.25, share: 0.02 };

/** What the model is put to after the search. */
export interface Judging {
  readonly rows: number;
  /** Beside scoring them. */
  readonly seconds: number;
}

/**
 * The search under its budget, with its trials recorded so that it can go on. Ctrl-C ends it with what it has; a second one
 * ends the process; so it does where memory runs short. Seconds count from the start of the process.
 */
export async function search(
  { terminal, signal, options }: ActionContext,
  request: AutomlRequest,
  budget: Budget,
  { content, out, judging }: { readonly content: string; readonly out: string | undefined; readonly judging: Judging },
): Promise<AutomlResult> {
  const resume = options.resume === true;
  const path = textOption(options, "trials") ?? (out === undefined ? undefined : `${out}.trials`);
  if (resume && path === undefined)
    throw optionInvalid(
      "--resume does not say from which trials.",
      "Name their file with --trials, or the model with --out.",
    );
  const { train: _, validation: __, ...asked } = request;
  const file = path === undefined ? undefined : await openTrials(path, { content, ...asJson(asked) }, resume);
  const left = () => ("seconds" in budget ? budget.seconds - performance.now() / 1000 : undefined);
  const board = liveBoard(terminal, left, signal);
  const read = performance.now() / 1000;
  const seconds = "seconds" in budget ? Math.max(0.01, (1 - atTheEnd.share) * budget.seconds - read) : undefined;
  const memory = watchMemory(sizeOption(textOption(options, "memory"), "--memory", "4GB"));
  const context = plainContext({
    seed: request.seed ?? 0,
    // A deadline that does not move when the system's clock is set.
    clock: { nowMs: () => performance.timeOrigin + performance.now() },
    progress: ({ what, done, total }) => terminal.progress(what, done, total),
  });
  // A process that must end is ended: its trial counts no more.
  const executor = localExecutor({ parallel: Math.min(4, availableParallelism()), graceMs: 50 });
  const result = await automl(
    {
      ...request,
      executor,
      afterwards: { seconds: atTheEnd.seconds + judging.seconds, rowsScored: judging.rows },
      threads: Math.min(64, availableParallelism()),
      ...(seconds === undefined ? {} : { budgetSeconds: seconds }),
      budgetTrials: "trials" in budget ? budget.trials : 10_000,
      ...(file === undefined ? {} : { recorded: file.recorded }),
      enough: () => signal.aborted || memory.short() !== undefined,
      onTrial(state) {
        file?.add(state.trial);
        board.show(state);
      },
    },
    context,
  ).finally(() => void executor.drain());
  board.clear();
  const short = memory.short();
  if (short !== undefined && result.ended === "stopped")
    terminal.warn(
      `Memory ran short (${short}): the search ended with its ${result.trials} trials. ${path === undefined ? "Give it more, or a sample of the rows." : "With more memory, or fewer columns, --resume goes on."}`,
    );
  const planned = result.records.map(({ plannedFolds }) => plannedFolds);
  // A budget of trials judges by all folds and looks for tables, so it repeats only a search that did.
  if (
    seconds !== undefined &&
    result.ended === "seconds" &&
    !result.cutShort &&
    planned.length === result.trials &&
    planned.every((folds) => folds === planned[0]) &&
    (seconds >= shortestLook || request.train.rows < fewestTableRows)
  ) {
    const passing = result.passedOver.length > 0 ? ` --pass-over ${result.passedOver.join(",")}` : "";
    terminal.say(
      `${(budget as { seconds: number }).seconds} s bought ${planned.length} trials here; repeat them anywhere with --budget ${planned.length}trials${passing}${request.folds === "auto" && request.train.rows > 8000 && planned[0]! > 1 ? ` --folds ${planned[0]}` : ""}.`,
    );
  }
  return result;
}

function asJson(value: unknown) {
  return JSON.parse(JSON.stringify(value)) as Record<string, never>;
}
