import { readFileSync } from "node:fs";
import { Command } from "commander";
import { expect, test } from "vitest";
import { registerCommands } from "./commands/index.ts";

const page = readFileSync(new URL("../../docs/reference/cli.md", import.meta.url), "utf8");

test("docs/reference/cli.md names every command with its flags, and no other (else: node scripts/cli-reference.ts)", () => {
  const program = new Command("millrace");
  registerCommands(program, () => undefined);
  const expected = leaves(program, ["millrace"]);
  const sections = page.slice(page.indexOf("\n## Commands")).split(/^### /m).slice(1);
  const documented = sections.map((text) => ({
    name: text.slice(0, text.indexOf("\n")),
    flags: [...text.matchAll(/^- `([^`]+)`/gm)].map((match) => match[1]),
  }));
  expect(documented).toEqual(expected);
});

function leaves(command: Command, words: readonly string[]): { name: string; flags: string[] }[] {
  if (command.commands.length > 0) return command.commands.flatMap((child) => leaves(child, [...words, child.name()]));
  return [{ name: words.join(" "), flags: command.options.map((option) => option.flags) }];
}
