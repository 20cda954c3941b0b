import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const readme = join(import.meta.dirname, "..", "..", "README.md");

/** Puts a table between the marks that bear its name in the README. */
export function writeBlock(name: string, lines: readonly string[]): void {
  const text = readFileSync(readme, "utf8");
  const [start, end] = [`<!-- ${name}: start -->`, `<!-- ${name}: end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no place for the table "${name}"`);
  writeFileSync(readme, `${text.slice(0, from + start.length)}\n\n${lines.join("\n")}\n\n${text.slice(to)}`);
}

/** A Markdown table of cells as they are. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const lines = rows.map((cells) => `| ${cells.join(" | ")} |`);
  return [lines[0]!, `|${rows[0]!.map(() => "---").join("|")}|`, ...lines.slice(1)];
}
