import { z } from "zod";
import { schemaToJson } from "../schema/schema-json.ts";
import { cardHtml, cardMarkdown } from "./card-pages.ts";
import { cardSections, questions } from "./card-sections.ts";
import { knownLimits } from "./known-limits.ts";
import type { DataCard, DataCardFacts, DataNote } from "./model.ts";
import { scoreData } from "./score-data.ts";

/** What a person may write of data, field by field. */
export const dataNoteSchema = z
  .strictObject({
    purpose: z.string().describe("what the data are for"),
    meaning: z.string().describe("what one row is"),
    owner: z.string().describe("who answers for these data"),
    licence: z.string().describe("under which terms they may be used"),
    refresh: z.string().describe("how often new rows are promised"),
    collection: z.string().describe("how the rows were collected, who is in them, and whether they agreed"),
    notFor: z.string().describe("what the data must not be used for"),
  })
  .partial();

/**
 * The card of a data set: for machines, as Markdown and as a page that opens offline, from recorded facts and a person's note.
 *
 * Shapes: `json` has `format: 1`, the facts, `scores` (see `scoreData`), `limits` and `asked`: the fields that only a person can write
 * and nobody has. Missing: what is not on record is said to be so.
 * Source: Gebru et al., "Datasheets for Datasets", CACM 2021, and Pushkarna et al., "Data Cards", FAccT 2022, for what is asked.
 */
export function buildDataCard(facts: DataCardFacts): DataCard {
  const scores = scoreData(facts);
  const { statistics, schema, quality, ...rest } = facts;
  const asked = (Object.keys(questions) as (keyof DataNote)[])
    .filter((field) => (facts.note[field] ?? "").trim() === "")
    .map((field) => ({ field, question: questions[field] }));
  const json = {
    format: 1,
    ...rest,
    rows: statistics.rows,
    // The full ranking of values can be as long as the data.
    columns: statistics.columns.map(({ rankedValues: _, weighted: __, histogram: ___, ...column }) => column),
    schema: schema === null ? null : { from: schema.from, schema: schemaToJson(schema.schema) },
    quality,
    scores,
    limits: knownLimits(facts),
    asked,
  };
  const sections = cardSections(facts, scores);
  const title = `Data card of ${facts.name}`;
  return {
    json: JSON.parse(JSON.stringify(json)) as DataCard["json"],
    markdown: cardMarkdown(title, sections),
    html: cardHtml(title, sections),
  };
}
