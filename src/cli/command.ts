import type { Command } from "commander";
import type { CommonOptions } from "./main.ts";
import { createTerminal, type Terminal } from "./terminal.ts";

export type Done = (code: number | undefined) => void;

/** What an action gets beside its arguments: where to print, and the options that every command takes. */
export interface ActionContext {
  readonly terminal: Terminal;
  readonly options: CommonOptions & Readonly<Record<string, unknown>>;
  /** Set by Ctrl-C: once stops neatly, a second time ends the process. */
  readonly signal: AbortSignal;
}

export type Action = (context: ActionContext, ...args: (string | undefined)[]) => Promise<number | undefined>;

/** Binds a command to an action that is imported when it is used, so that `--help` loads nothing. */
export function bind(command: Command, done: Done, load: () => Promise<Action>): void {
  command.action(async (...given: unknown[]) => {
    const args = given.slice(0, -2) as (string | undefined)[];
    const options = command.opts() as ActionContext["options"];
    const terminal = createTerminal(options);
    const action = await load();
    done(await action({ terminal, options, signal: stopSignal(terminal) }, ...args));
  });
}

function stopSignal(terminal: Terminal): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130);
    terminal.say(signal === "SIGINT" ? "Stopping … (Ctrl-C again ends at once)" : "Stopping …");
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}
