// node scripts/cli-reference.ts: writes the commands of docs/reference/cli.md from the command line's own definitions. What stands
// above "## Commands" is written by hand; src/cli/reference.test.ts fails where the page is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command, type Option } from "commander";
import { registerCommands } from "../src/cli/commands/index.ts";

const pagePath = fileURLToPath(new URL("../docs/reference/cli.md", import.meta.url));
/** What a description in the terminal has no room for. */
const notes: Readonly<Record<string, string>> = {
  "millrace explain": `Without data: the share of what the splits explain in the training rows, where the model keeps their counts. \`--json\`: \`{ model,
by, rows?, background?, outputs?, base?, importances: [{ input, importance }], contributions?: [{ contributions: { [input]: [..] },
margin }] }\`, one number an output.`,
  "millrace model export": "[How to](../how-to/export-a-model.md). `<model>` is a file, `churn:7` or `churn@champion`.",
  "millrace model import": `[How to](../how-to/import-a-model.md). A SQL expression ends in \`.sql\`, a list of rules or a scorecard in \`.rule.json\` or
\`.rule.ts\`. Under the factory's own name it takes the place of training in one turn of the loop and passes the same gate (exit code 3
where that refuses); under another name it is registered beside, once its exports score alike.`,
  "millrace model verify": `Exit code 3 where an export, or the interpreter itself, no longer scores the golden rows alike; 1 where the seal does not hold.`,
  "millrace model reproduce": "Exit code 1 where it differs.",
};

const heading = "## Commands\n";

/** The page with its commands as they are defined. */
export function cliReference(page: string): string {
  const program = new Command("millrace");
  registerCommands(program, () => undefined);
  const above = page.slice(0, page.indexOf(heading) + heading.length);
  return `${above}\n${leaves(program, ["millrace"]).join("\n")}`;
}

function leaves(command: Command, words: readonly string[]): string[] {
  if (command.commands.length > 0) return command.commands.flatMap((child) => leaves(child, [...words, child.name()]));
  const typed = command.registeredArguments.map((argument) => {
    const shown = `${argument.name()}${argument.variadic ? "..." : ""}`;
    return argument.required ? `<${shown}>` : `[${shown}]`;
  });
  const options = command.options.map(optionLine);
  return [
    `### ${words.join(" ")}\n\n\`${[...words, ...typed].join(" ")}\`: ${command.description()}.\n${words.join(" ") in notes ? `${notes[words.join(" ")]}\n` : ""}${options.length === 0 ? "" : `\n${options.join("\n")}\n`}`,
  ];
}

function optionLine({ flags, description, mandatory, defaultValue, negate }: Option): string {
  const shown =
    typeof defaultValue === "string" && defaultValue.includes(" ") ? `"${defaultValue}"` : String(defaultValue);
  const byDefault =
    defaultValue === undefined || negate || defaultValue === false || shown === "" ? "" : ` (default ${shown})`;
  return `- \`${flags}\`: ${description}${mandatory ? " (required)" : ""}${byDefault}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(pagePath, cliReference(readFileSync(pagePath, "utf8")));
