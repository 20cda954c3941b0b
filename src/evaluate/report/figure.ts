import { escapeHtml } from "#validate";
import { counted } from "./shown.ts";

export type Cell = string | number | { readonly html: string };

export interface ReportTable {
  readonly caption: string;
  readonly header: readonly string[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly Cell[])[];
}

/** A table that scrolls by itself where the page is narrow, also by keyboard. */
export function htmlTable({ caption, header, rows }: ReportTable): string {
  const cell = (one: Cell) => (typeof one === "object" ? one.html : escapeHtml(String(one)));
  const head = header.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join("");
  const body = rows
    .map(([first = "", ...rest]) => {
      const cells = rest.map((one) => `<td${isShort(one) ? ' class="short"' : ""}>${cell(one)}</td>`).join("");
      return `<tr><th scope="row">${cell(first)}</th>${cells}</tr>`;
    })
    .join("");
  return `<div class="wide" role="region" tabindex="0" aria-label="${escapeHtml(`${caption}, as a table`)}"><table class="raw"><caption class="unseen">${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** A figure with its interval stays on one line: the table scrolls where the page is narrow. */
function isShort(one: Cell): boolean {
  return typeof one === "number" || (typeof one === "string" && one.length <= 26);
}

export interface Figure {
  readonly title: string;
  /** One or two sentences: how to read it, and what it says here. */
  readonly reading: string;
  readonly picture: string;
  /** Rows that it is drawn from. */
  readonly rows?: number;
  readonly legend?: readonly { readonly colour: number; readonly name: string }[];
  /** The picture's numbers. */
  readonly table: ReportTable;
}

/** A picture with its reading, and its numbers behind a fold. */
export function htmlFigure({ title, reading, picture, rows, legend = [], table }: Figure): string {
  const keys = legend
    .map(
      ({ colour, name }) =>
        `<li><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="bar d${colour}" width="10" height="10"/></svg>${escapeHtml(name)}</li>`,
    )
    .join("");
  const n = rows === undefined ? "" : ` <span class="n">n = ${counted(rows)}.</span>`;
  return `<figure class="card"><figcaption><h3>${escapeHtml(title)}</h3><p class="soft">${escapeHtml(reading)}${n}</p></figcaption>${picture}${keys === "" ? "" : `<ul class="legend">${keys}</ul>`}<details><summary>Numbers of “${escapeHtml(title)}”</summary>${htmlTable(table)}</details></figure>`;
}

/** A part of the report with its heading; nothing where it holds nothing. */
export function htmlSection(
  id: string,
  title: string,
  given: readonly string[],
): { id: string; title: string; html: string }[] {
  const content = given.filter((part) => part !== "");
  if (content.length === 0) return [];
  const html = `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${escapeHtml(title)}</h2>${content.join("")}</section>`;
  return [{ id, title, html }];
}
