import { escapeHtml, htmlPage } from "../report/html-page.ts";
import type { CardBlock, CardSection } from "./model.ts";

/** The card as Markdown. Text from outside cannot open a cell, a heading or a tag of its own. */
export function cardMarkdown(title: string, sections: readonly CardSection[]): string {
  const parts = sections.map(
    ({ title: heading, blocks }) => `## ${heading}\n\n${blocks.map(markdownOf).join("\n\n")}\n`,
  );
  return `# ${plain(title)}\n\n${parts.join("\n")}`;
}

function markdownOf(block: CardBlock): string {
  if (block.kind === "text") return plain(block.text);
  if (block.kind === "list") return block.items.map((item) => `- ${plain(item)}`).join("\n");
  if (block.kind === "ask") return `> **To be written by a person** (\`${block.field}\`): ${plain(block.question)}`;
  const line = (cells: readonly unknown[]) =>
    `| ${cells.map((cell) => plain(String(cell ?? "")) || "–").join(" | ")} |`;
  return [line(block.head), `|${" --- |".repeat(block.head.length)}`, ...block.rows.map(line)].join("\n");
}

function plain(text: string): string {
  const signs: Record<string, string> = { "<": "&lt;", ">": "&gt;", "&": "&amp;" };
  return text
    .replace(/[\r\n]+/g, " ")
    .replace(/[&<>]/g, (sign) => signs[sign]!)
    .replace(/[\\|`*_[\]]/g, (sign) => `\\${sign}`)
    .trimStart()
    .replace(/^(?:#{1,6}|[+-])(?=\s|$)|^(?:[-=]{2,}|~{3,})/, (opening) => `\\${opening}`)
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
}

const style = `:root{color-scheme:light dark;--soft:light-dark(#52616a,#a3b1b9);--line:light-dark(#dde3e6,#2d3a41);--ask:light-dark(#fff1d6,#3b2c10)}
body{max-width:64rem;margin:0 auto;padding:1.5rem 1rem 4rem;font:15px/1.5 system-ui,sans-serif;background:light-dark(#fff,#10171b);color:light-dark(#16232a,#e4ebee)}
h1{font-size:1.6rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:2rem 0 .5rem}
.ask{background:var(--ask);border-radius:6px;padding:.5rem .75rem;margin:.5rem 0}.ask b{display:block}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere;min-width:4rem}
th{color:var(--soft);font-weight:600;white-space:nowrap}`;

/** The card as one HTML file that opens without a network and runs nothing. */
export function cardHtml(title: string, sections: readonly CardSection[]): string {
  const parts = sections.map(
    ({ title: heading, blocks }, k) =>
      `<section aria-labelledby="s${k}"><h2 id="s${k}">${escapeHtml(heading)}</h2>\n${blocks.map((block) => htmlOf(block, heading)).join("\n")}</section>`,
  );
  return htmlPage({ title, style, body: `<main>\n<h1>${escapeHtml(title)}</h1>\n${parts.join("\n")}\n</main>` });
}

function htmlOf(block: CardBlock, heading: string): string {
  if (block.kind === "text") return `<p>${escapeHtml(block.text)}</p>`;
  if (block.kind === "list") return `<ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
  if (block.kind === "ask")
    return `<p class="ask"><b>To be written by a person (${block.field})</b> ${escapeHtml(block.question)}</p>`;
  const row = (cells: readonly unknown[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(String(cell ?? ""))}</${tag.split(" ")[0]}>`).join("")}</tr>`;
  // What scrolls must be reachable without a mouse.
  return `<div class="wide" role="region" tabindex="0" aria-label="${escapeHtml(heading)}"><table><thead>${row(block.head, 'th scope="col"')}</thead><tbody>${block.rows.map((cells) => row(cells, "td")).join("")}</tbody></table></div>`;
}
