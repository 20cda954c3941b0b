import { countOf } from "#kernel";
import type { Feature } from "../schema/model.ts";
import type { ColumnStatistics } from "../statistics/model.ts";
import { knownLimits } from "./known-limits.ts";
import type { CardBlock, CardSection, DataCardFacts, DataNote, DataScore } from "./model.ts";

/** What the card asks a person, by field of the note. */
export const questions: Readonly<Record<keyof DataNote, string>> = {
  purpose: "What are these data for, and which decision do they serve?",
  meaning: "What is one row?",
  owner: "Who answers for these data?",
  licence: "Under which terms may they be used, and by whom?",
  refresh: "How often are new rows promised?",
  collection: "How were the rows collected, who is in them, and did they agree?",
  notFor: "What must these data not be used for?",
};

/** The card's page as sections, in reading order. */
export function cardSections(facts: DataCardFacts, scores: readonly DataScore[]): readonly CardSection[] {
  const { statistics, note, sources } = facts;
  const many = statistics.columns.length > MOST_COLUMNS;
  return [
    { title: "Purpose", blocks: [said(note, "purpose"), said(note, "meaning"), said(note, "notFor")] },
    {
      title: "Provenance",
      blocks: [
        table(
          ["data set", "source", "files", "rows", "owner", "licence"],
          sources.map((one) => [
            one.name,
            one.source,
            one.files.length,
            one.files.reduce((sum, { rows }) => sum + rows, 0),
            one.note.owner,
            one.note.licence,
          ]),
        ),
        { kind: "text", text: `Content: ${facts.content ?? "no snapshot was made, so these rows have no digest"}.` },
        ...(facts.operations.length === 0 ? [] : [list(facts.operations)]),
        said(note, "collection"),
        said(note, "owner"),
        said(note, "licence"),
        said(note, "refresh"),
      ],
    },
    {
      title: "What the data can carry",
      blocks: [
        table(
          ["score", "of 1", "evidence"],
          scores.map(({ name, value, evidence }) => [name, value === null ? "not known" : figure(value), evidence]),
        ),
      ],
    },
    { title: "Known limits", blocks: [list(knownLimits(facts))] },
    {
      title: "Statistics",
      blocks: [
        {
          kind: "text",
          text: `${countOf(statistics.rows, "row")}, ${countOf(statistics.columns.length, "column")}${many ? `; the first ${MOST_COLUMNS} are listed` : ""}.`,
        },
        table(
          ["column", "type", "missing", "distinct", "least", "mean", "greatest", "most frequent"],
          statistics.columns.slice(0, MOST_COLUMNS).map((column) => columnRow(column, statistics.rows)),
        ),
      ],
    },
    { title: "Schema", blocks: schemaBlocks(facts.schema) },
    {
      title: "Splits",
      blocks: [
        facts.splits === null
          ? { kind: "text", text: "The rows are not split." }
          : table(["part", "rows"], Object.entries(facts.splits)),
      ],
    },
    {
      title: "Assumptions",
      blocks: [
        facts.assumptions.length === 0
          ? { kind: "text", text: "None is written down." }
          : table(
              ["assumption", "owner", "verdict"],
              facts.assumptions.map(({ statement, owner, verdict }) => [statement, owner, verdict]),
            ),
      ],
    },
  ];
}

const MOST_COLUMNS = 200;

const list = (items: readonly string[]): CardBlock => ({ kind: "list", items });

function table(head: readonly string[], rows: readonly (readonly (string | number | null | undefined)[])[]): CardBlock {
  return rows.length === 0 ? { kind: "text", text: "Nothing is on record." } : { kind: "table", head, rows };
}

const titles: Readonly<Record<keyof DataNote, string>> = {
  purpose: "Purpose",
  meaning: "One row",
  owner: "Owner",
  licence: "Licence",
  refresh: "New rows",
  collection: "Collection",
  notFor: "Not for",
};

/** What a person wrote, or that it is asked for. */
function said(note: DataNote, field: keyof DataNote): CardBlock {
  const text = note[field];
  if (text === undefined || text.trim() === "") return { kind: "ask", field, question: questions[field] };
  return { kind: "text", text: `${titles[field]}: ${text}` };
}

/** Values that fewer rows have are not told: they could name a person. */
const fewestRows = 5;

function columnRow(column: ColumnStatistics, rows: number): (string | number | undefined)[] {
  const { name, type, missing, unique, min, mean, max, topValues = [], earliest, latest } = column;
  const isTime = type === "TIMESTAMP";
  return [
    name,
    type,
    rows === 0 || missing === 0 ? missing : `${missing} (${figure((100 * missing) / rows)} %)`,
    unique,
    isTime ? earliest : figure(min),
    isTime ? "" : figure(mean),
    isTime ? latest : figure(max),
    topValues
      .filter(({ count }) => count >= fewestRows)
      .slice(0, 3)
      .map(({ value, count }) => `${value.length > 40 ? `${value.slice(0, 39)}…` : value} (${count})`)
      .join(" · "),
  ];
}

function schemaBlocks(held: DataCardFacts["schema"]): readonly CardBlock[] {
  if (held === null) return [{ kind: "text", text: "No schema was held against these data." }];
  const features = held.schema.feature ?? [];
  return [
    { kind: "text", text: `${countOf(features.length, "feature")}, ${held.from}.` },
    table(
      ["feature", "type", "promise"],
      features.slice(0, MOST_COLUMNS).map((feature) => [feature.name, feature.type, promiseOf(feature)]),
    ),
  ];
}

function promiseOf({ presence, intDomain, floatDomain, domain, boolDomain }: Feature): string {
  const least = presence?.minFraction;
  const range = intDomain ?? floatDomain;
  const bounds = [range?.min, range?.max].map((bound) => (bound === undefined ? "any" : String(bound)));
  return [
    ...(least === undefined ? [] : [least === 1 ? "never missing" : `present in ${figure(100 * least)} % at least`]),
    ...(range === undefined || bounds.every((bound) => bound === "any") ? [] : [`${bounds[0]} to ${bounds[1]}`]),
    ...(domain === undefined ? [] : [`one of the listed values of ${domain}`]),
    ...(boolDomain === undefined ? [] : ["true or false"]),
  ].join("; ");
}

const figure = (value: number | undefined) => (value === undefined ? "" : String(Number(value.toPrecision(4))));
