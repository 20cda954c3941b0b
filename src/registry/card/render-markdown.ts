import { type CardBlock, type CardPage, figure } from "./page.ts";

/** The page as Markdown: headings, tables, lists; what is asked for stands in bold. */
export function renderMarkdown({ title, lead, sections }: CardPage): string {
  return [
    `# ${plain(title)}`,
    "",
    plain(lead),
    "",
    ...sections.flatMap((section) => [`## ${plain(section.title)}`, "", ...section.blocks.flatMap(blockLines)]),
  ].join("\n");
}

function blockLines(block: CardBlock): string[] {
  if (block.kind === "text") return [plain(block.text), ""];
  if (block.kind === "list") return [...block.items.map((item) => `- ${plain(item)}`), ""];
  if (block.kind === "ask")
    return [`**To be written by a person** (\`${plain(block.key)}\`): ${plain(block.question)}`, ""];
  // The table under the bars says the same.
  if (block.kind === "bars") return [];
  const line = (cells: readonly (string | number | null | undefined)[]) =>
    `| ${cells.map((cell) => (typeof cell === "number" ? figure(cell) : plain(String(cell ?? "")) || "–")).join(" | ")} |`;
  return [line(block.head), `|${" --- |".repeat(block.head.length)}`, ...block.rows.map(line), ""];
}

/** Text from outside cannot open a table cell, a heading or a tag of its own. */
function plain(value: string): string {
  return value.replace(/[\r\n]+/g, " ").replace(/[|<>]/g, (sign) => ({ "|": "\\|", "<": "&lt;", ">": "&gt;" })[sign]!);
}
