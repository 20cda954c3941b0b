import type { Command } from "commander";
import type { Done } from "../command.ts";
import { registerDaily } from "./daily.ts";
import { registerData } from "./data.ts";
import { registerModel } from "./model.ts";
import { registerOperations } from "./operations.ts";

/** Every command of the tree; actions are loaded when they are used. */
export function registerCommands(program: Command, done: Done): void {
  registerDaily(program, done);
  registerData(program, done);
  registerModel(program, done);
  registerOperations(program, done);
}

/** The example that a command's help ends with. */
export function example(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText("after", `\nExample:\n${lines.map((line) => `  $ ${line}`).join("\n")}`);
}

/** Gathers the values of an option that may be given again and again. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
