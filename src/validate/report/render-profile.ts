import { readFileSync } from "node:fs";
import { htmlPage, pageStyle } from "./html-page.ts";
import { type ProfiledDataset, type ProfileSchema, type ProfileView, profilePage } from "./profile-page.ts";

const source = (file: string) => readFileSync(new URL(`./page/${file}`, import.meta.url), "utf8");

export interface ProfileOptions extends Partial<ProfileSchema>, ProfileView {
  /** Heading of the page; default: the names of the data sets. */
  readonly title?: string;
}

/**
 * A profile of one or more data sets as one HTML file that opens without a network: every column with its figures,
 * charts overlaid, distances between the data sets, and anomalies where a schema is given. With `weight` every count,
 * mean and histogram is one of weights; each of `slices` (columns by whose values rows are cut) is a layer to choose.
 *
 * ```ts
 * const age = { type: "integer", values: Float64Array.of(31, 45, 27) } as const;
 * renderProfile([{ name: "people", frame: { rows: 3, columns: new Map([["age", age]]) } }]).startsWith("<!doctype html>"); // true
 * ```
 *
 * The page may run its own script and nothing else (Content-Security-Policy by digest); values stand in it as JSON and
 * are only ever shown as text.
 * Errors: those of validateStatistics, where a schema is given.
 */
export function renderProfile(datasets: readonly ProfiledDataset[], options: ProfileOptions = {}): string {
  const { title = datasets.map(({ name }) => name).join(" · "), schema, environment, ...view } = options;
  const against = schema && { schema, ...(environment !== undefined && { environment }) };
  const page = profilePage(title, datasets, against, view);
  return htmlPage({
    title: `${title} – profile`,
    style: pageStyle(),
    script: pageScript(),
    body: `<a class="skip" href="#columns">Skip to the columns</a>
<div id="app"></div>
<noscript>This report draws itself with a script of its own; allow scripts for this file to see it.</noscript>
<script type="application/json" id="profile">${embedJson(page)}</script>`,
  });
}

/** The page's modules as one script: each after those that it imports. */
function pageScript(): string {
  const modules = ["page-data.js", "format.js", "charts.js", "column-card.js", "page.js"].map((file) =>
    source(file)
      .replace(/^import [^;]*;\n/gm, "")
      .replace(/^export /gm, ""),
  );
  return `"use strict";(() => {\n${modules.join("\n")}\n})();\n`;
}

/** JSON that cannot end the element it stands in. */
function embedJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
