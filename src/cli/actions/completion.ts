import type { Command } from "commander";
import type { Action } from "../command.ts";
import { type CompletionTree, completionScript, shells } from "../completion-script.ts";
import { wordOption } from "../options.ts";

/** Completion of every command and flag of the tree. */
export const completion =
  (program: Command): Action =>
  async ({ terminal }, typed = "") => {
    const shell = wordOption(typed, "completion", shells);
    const script = completionScript(shell, treeOf(program));
    terminal.result({ shell, script }, () => script.trimEnd().split("\n"));
    return 0;
  };

function treeOf(command: Command): CompletionTree {
  return {
    name: command.name(),
    description: command.description(),
    flags: [
      ...command.options.flatMap((option) =>
        option.long === undefined || option.long === null
          ? []
          : [{ name: option.long, description: option.description, takesValue: option.required || option.optional }],
      ),
      { name: "--help", description: "display help for command", takesValue: false },
    ],
    commands: command.commands.map(treeOf),
    takesFiles: command.registeredArguments.length > 0,
  };
}
