import type { JsonObject } from "@millrace/program";
import { cardPage } from "./card-page.ts";
import type { ModelCardFacts } from "./facts.ts";
import { type DocumentationPack, packPage } from "./packs.ts";
import { renderHtml } from "./render-html.ts";
import { renderMarkdown } from "./render-markdown.ts";

export interface ModelCard {
  readonly json: JsonObject;
  readonly markdown: string;
}

/**
 * The model's card, for machines and for people, from recorded facts only.
 *
 * Shapes: `json` is the facts with `format: 1`; `markdown` is one page with tables. Missing: what is not recorded is said
 * to be so, and what only a person can write is asked for; neither is left out.
 * Source: Mitchell et al., "Model Cards for Model Reporting", FAT* 2019, for the sections.
 */
export function buildModelCard(facts: ModelCardFacts): ModelCard {
  const plain = JSON.parse(JSON.stringify(facts)) as JsonObject;
  return { json: { format: 1, ...plain }, markdown: renderCard(facts, "md") };
}

/** A card, or a documentation pack, as Markdown or as one HTML page that a browser prints. */
export function renderCard(facts: ModelCardFacts, to: "md" | "html", pack?: DocumentationPack): string {
  const page = pack === undefined ? cardPage(facts) : packPage(facts, pack);
  return to === "html" ? renderHtml(page) : renderMarkdown(page);
}
