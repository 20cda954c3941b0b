import { Command, CommanderError, Option } from "commander";
import { registerCommands } from "./commands/index.ts";
import { createTerminal, type Terminal } from "./terminal.ts";
import { goWhereTyped } from "./where-typed.ts";

/** Options that every command takes. */
export interface CommonOptions {
  readonly project?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
}

/**
 * Runs one command line and gives its exit code.
 *
 * Errors: none; every error is printed on stderr and becomes an exit code (see docs/reference/cli.md).
 */
export async function main(args: readonly string[]): Promise<number> {
  goWhereTyped();
  endWithReader();
  const program = new Command("millrace")
    .description("A model factory: from raw data to a served, watched and retrained model.")
    .version("0.1.0", "-V, --version")
    .showHelpAfterError("(run with --help for what it takes)")
    .showSuggestionAfterError(true)
    .enablePositionalOptions()
    .exitOverride();
  let code = 0;
  const done = (result: number | undefined) => {
    code = result ?? 0;
  };
  registerCommands(program, done);
  for (const command of everyCommand(program)) addCommonOptions(command);
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    // Loaded when there is one to report: `--help` needs none of it.
    const { reportError } = await import("./report-error.ts");
    return reportError(error, terminalOf(args));
  }
}

/** `millrace … | head` ends when the reader has enough, without an error. */
function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}

function everyCommand(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...everyCommand(child)]);
}

function addCommonOptions(command: Command): void {
  command.exitOverride().showSuggestionAfterError(true);
  if (command.commands.length > 0) return;
  command
    .addOption(new Option("--project <dir>", "folder of the config").env("MILLRACE_PROJECT"))
    .option("--json", "print one JSON object (JSON Lines for streams)")
    .option("--quiet", "print results only")
    .option("--no-color", "print without colours");
}

function terminalOf(args: readonly string[]): Terminal {
  return createTerminal({
    json: args.includes("--json"),
    quiet: args.includes("--quiet"),
    color: !args.includes("--no-color"),
  });
}
