import { escapeHtml, htmlPage, pageStyle } from "#validate";
import { type CardBlock, type CardPage, figure } from "./page.ts";

/** The page as one HTML file that opens without a network and runs nothing; a browser prints it as a PDF. */
export function renderHtml({ title, lead, sections }: CardPage): string {
  const idOf = (k: number) => `s${k + 1}`;
  const open = sections.map(({ blocks }) => blocks.filter(({ kind }) => kind === "ask").length);
  const asked = open.reduce((sum, one) => sum + one, 0);
  const body = `<a class="skip" href="#content">Skip to the content</a>
<div class="sheet">
<header><h1>${inline(title)}</h1>
<p>${inline(lead)}</p>
${asked === 0 ? "" : `<p class="asked">${asked} ${asked === 1 ? "answer is" : "answers are"} still to be written by a person; each stands below where it belongs.</p>`}</header>
<nav aria-label="Sections"><ol>
${sections.map((section, k) => `<li><a href="#${idOf(k)}">${inline(section.title)}</a>${open[k] === 0 ? "" : ` <span class="badge">${open[k]} to write</span>`}</li>`).join("\n")}
</ol></nav>
<main id="content">
${sections.map((section, k) => `<section aria-labelledby="${idOf(k)}"><h2 id="${idOf(k)}">${inline(section.title)}</h2>\n${section.blocks.map((block, at) => blockHtml(block, `${section.title}, part ${at + 1}`)).join("\n")}\n</section>`).join("\n")}
</main>
</div>`;
  return htmlPage({ title, style: `${pageStyle()}\n${sheetStyle}`, body });
}

function blockHtml(block: CardBlock, name: string): string {
  if (block.kind === "text") return `<p>${inline(block.text)}</p>`;
  if (block.kind === "list") return `<ul>${block.items.map((item) => `<li>${inline(item)}</li>`).join("")}</ul>`;
  if (block.kind === "ask")
    return `<p class="ask"><strong>To be written by a person</strong> (<code>${escapeHtml(block.key)}</code>): ${inline(block.question)}</p>`;
  if (block.kind === "bars") return barsHtml(block);
  const numeric = block.head.map((_, k) => block.rows.every((row) => typeof (row[k] ?? 0) === "number"));
  const cell = (value: string | number | null | undefined) =>
    typeof value === "number" ? figure(value) : inline(String(value ?? "")) || "–";
  return `<div class="scroll" role="region" tabindex="0" aria-label="Table: ${escapeHtml(name)}"><table><thead><tr>${block.head
    .map((name) => (name === "" ? "<td></td>" : `<th scope="col">${inline(name)}</th>`))
    .join("")}</tr></thead><tbody>
${block.rows.map((row) => `<tr>${row.map((value, k) => `<td${classOf(value, numeric[k])}>${cell(value)}</td>`).join("")}</tr>`).join("\n")}
</tbody></table></div>`;
}

/** A digest breaks anywhere, so that it leaves room for words. */
function classOf(value: unknown, isNumeric: boolean | undefined): string {
  if (isNumeric) return ' class="number"';
  return /^\S{40,}$/.test(String(value ?? "")) ? ' class="digest"' : "";
}

/** Bars from zero; the table beside them says the numbers. */
function barsHtml({ label, bars }: Extract<CardBlock, { kind: "bars" }>): string {
  const greatest = Math.max(...bars.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
  const [row, left, width] = [24, 220, 420];
  const lines = bars.map(({ name, value }, k) => {
    const length = Math.max(1, (Math.max(0, value) / greatest) * width);
    const shown = name.length > 30 ? `${name.slice(0, 29)}…` : name;
    return `<text x="${left - 8}" y="${k * row + 16}" text-anchor="end">${escapeHtml(shown)}</text><rect class="bar d0" x="${left}" y="${k * row + 4}" width="${length.toFixed(1)}" height="16" rx="2"/><text x="${(left + length + 6).toFixed(1)}" y="${k * row + 16}">${figure(value)}</text>`;
  });
  return `<svg class="chart bars" role="img" aria-label="${escapeHtml(`${label}, by input; the table below has the numbers`)}" viewBox="0 0 ${left + width + 80} ${bars.length * row + 4}">${lines.join("")}</svg>`;
}

/** Escaped, with `code` in back quotes. */
function inline(words: string): string {
  return escapeHtml(words).replace(/`([^`]+)`/g, "<code>$1</code>");
}

const sheetStyle = `.sheet{max-width:1000px;margin:0 auto;padding:24px 16px 60px}
.sheet h2{font-size:19px;margin:0 0 10px;scroll-margin-top:12px}
.sheet section{margin:0 0 14px;padding:16px 18px;border:1px solid var(--line);border-radius:10px;background:var(--surface)}
.sheet p{margin:0 0 10px;max-width:75ch}
.sheet ul{margin:0 0 10px;padding-left:20px}
.sheet li{margin:3px 0;overflow-wrap:anywhere}
.sheet nav ol{columns:2;margin:0 0 18px;padding-left:24px}
.sheet a{color:var(--d5)}
.sheet code{font-size:.92em;overflow-wrap:anywhere}
.sheet table{border-collapse:collapse;width:100%;font-size:14px}
.sheet th,.sheet td{padding:5px 10px 5px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;overflow-wrap:break-word}
.sheet th{color:var(--soft);font-weight:600}
.sheet td.number{font-variant-numeric:tabular-nums;white-space:nowrap}
.sheet td.digest{overflow-wrap:anywhere;min-width:12em;font-size:12px}
.sheet .scroll{overflow-x:auto;max-height:none;margin:0 0 12px}
.sheet .ask{padding:8px 12px;border-left:4px solid var(--warn);background:var(--warn-soft)}
.sheet .asked{color:var(--warn);font-weight:600}
.sheet .bars{display:block;width:100%;max-width:720px;height:auto;margin:0 0 12px}
.sheet .bars text{fill:var(--ink);font-size:13px}
.sheet .bars rect{fill:var(--d0)}
@media (max-width:640px){.sheet nav ol{columns:1}}
@media print{:root{color-scheme:light}body{background:#fff;font-size:11pt}.sheet{max-width:none;padding:0}.sheet nav,.skip{display:none}.sheet section{border:0;border-top:1px solid #999;border-radius:0;padding:10px 0;background:none}.sheet tr,.sheet .ask,.sheet li{break-inside:avoid}.sheet h2,.sheet thead{break-after:avoid}.sheet p:has(+.scroll){break-after:avoid}.sheet .scroll{overflow:visible}.sheet table{font-size:9pt;table-layout:auto}@page{margin:16mm}}`;
