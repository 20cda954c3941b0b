import type { Column, Frame } from "@millrace/program";
import {
  givenNames,
  type PersonalKind,
  type PersonalPattern,
  personalNames,
  personalPatterns,
} from "./personal-patterns.ts";

/** Something personal in a column. */
export interface PersonalFinding {
  readonly column: string;
  readonly kind: PersonalKind;
  /** What it looks like, such as `German tax id`. */
  readonly label: string;
  /** `values`: whole values are it; `within`: it stands inside longer texts; `name`: only the column's name says so. */
  readonly by: "values" | "within" | "name";
  /** Rows whose value is it, or holds it; 0 by name alone. */
  readonly rows: number;
  /** Of the rows that have a value; in [0, 1]. */
  readonly share: number;
  readonly certainty: "likely" | "possible";
  /** In plain words; it holds no value of the data. */
  readonly evidence: string;
}

const MOST_VALUES = 200_000;

/**
 * Columns that hold data of persons, by what values look like (with the check digits of cards, IBANs and national ids) and by the
 * column's name. Values are looked at as they are distinct, up to 200,000 a column.
 *
 * ```ts
 * const mail = { type: "string", codes: Int32Array.of(0, 1), levels: ["ana@example.org", "bo@example.org"] } as const;
 * findPersonalData({ rows: 2, columns: new Map([["contact", mail]]) })[0]?.kind; // "email"
 * ```
 *
 * Missing: counts as nothing. Order: by column, then the surest first.
 */
export function findPersonalData(frame: Frame): readonly PersonalFinding[] {
  return [...frame.columns].flatMap(([name, column]) => findInColumn(name, column, frame.rows));
}

function findInColumn(name: string, column: Column, rows: number): PersonalFinding[] {
  const values = distinctTexts(column, rows);
  let present = 0;
  for (const count of values.values()) present += count;
  const words = wordsOf(name);
  const named = personalNames.find((one) => one.words.test(words));
  const findings: PersonalFinding[] = [];
  for (const pattern of personalPatterns) {
    if (findings.some((finding) => finding.kind === pattern.kind || finding.by === "values")) continue;
    const finding = byValues(name, pattern, values, present, named?.kind === pattern.kind);
    if (finding !== undefined) findings.push(finding);
  }
  const sure = findings.some(({ by }) => by === "values");
  if (!sure && named !== undefined && !findings.some(({ kind }) => kind === named.kind)) {
    const finding = byName(name, column, named, values, present);
    if (finding !== undefined) findings.push(finding);
  }
  if (findings.length === 0 && named === undefined && column.type === "string") {
    const finding = byGivenNames(name, values, present);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

/** Distinct values as text with how many rows hold each; numbers where a number could be one of the patterns. */
function distinctTexts(column: Column, rows: number): Map<string, number> {
  const counts = new Map<string, number>();
  if (column.type === "string") {
    const byCode = new Int32Array(column.levels.length);
    for (const code of column.codes) if (code >= 0) byCode[code]!++;
    for (const [code, level] of column.levels.entries()) {
      if (byCode[code]! > 0) counts.set(level, byCode[code]!);
      if (counts.size === MOST_VALUES) break;
    }
  } else if (column.type === "integer") {
    for (let row = 0; row < rows && counts.size < MOST_VALUES; row++) {
      if (column.missing?.[row] === 1) continue;
      const text = String(column.values[row]);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  } else if (column.type === "timestamp") {
    let present = 0;
    for (let row = 0; row < rows; row++) if (column.missing?.[row] !== 1) present++;
    if (present > 0) counts.set("", present);
  }
  return counts;
}

function byValues(
  column: string,
  pattern: PersonalPattern,
  values: ReadonlyMap<string, number>,
  present: number,
  named: boolean,
): PersonalFinding | undefined {
  let whole = 0;
  let wholeRows = 0;
  let within = 0;
  let shaped = 0;
  let holding = 0;
  for (const [text, count] of values) {
    const trimmed = text.trim();
    if (trimmed.length < 6) continue;
    if (trimmed.length <= 64 && pattern.is(trimmed)) {
      whole++;
      wholeRows += count;
    } else if (pattern.within !== undefined) {
      const found = look(pattern, pattern.within, trimmed);
      if (found !== "nothing") shaped++;
      if (found !== "it") continue;
      holding++;
      within += count;
    }
  }
  const share = present === 0 ? 0 : wholeRows / present;
  const distinctShare = values.size === 0 ? 0 : whole / values.size;
  // Check digits that pass by chance in one of ten must pass in most; what no accident makes may be rare.
  const needed = named
    ? Math.min(0.9, pattern.chance * 3)
    : pattern.chance === 0
      ? 0.02
      : pattern.chance > 0.02
        ? 0.9
        : 0.5;
  if (whole > 0 && distinctShare >= needed && (named || pattern.chance === 0 || whole >= 5)) {
    const likely = named || distinctShare >= 0.5;
    return {
      column,
      kind: pattern.kind,
      label: pattern.label,
      by: "values",
      rows: wholeRows,
      share,
      certainty: likely ? "likely" : "possible",
      evidence: `${count(whole)} of ${count(values.size)} distinct values are each ${article(pattern.label)}${pattern.chance > 0 ? " with a right check digit" : ""}${named ? ", and the column's name says so" : ""}.`,
    };
  }
  // Where check digits pass by chance, most of what has the shape must pass, and national ids in more than one text or two.
  const byChance = pattern.chance > 0 && (holding < 0.5 * shaped || (pattern.kind === "national-id" && holding < 3));
  if (within === 0 || byChance) return undefined;
  return {
    column,
    kind: pattern.kind,
    label: pattern.label,
    by: "within",
    rows: within,
    share: within / present,
    certainty: "possible",
    evidence: `The texts of ${within === 1 ? "1 row" : `${count(within)} rows`} hold ${article(pattern.label)}.`,
  };
}

/** Whether a text holds what has the pattern's shape, and whether any of it is it. */
function look({ is }: PersonalPattern, within: RegExp, text: string): "nothing" | "shape" | "it" {
  let found: "nothing" | "shape" = "nothing";
  for (const part of text.slice(0, 10_000).matchAll(new RegExp(within, `g${within.flags}`))) {
    if (is(part[0].trim())) return "it";
    found = "shape";
  }
  return found;
}

function byName(
  column: string,
  data: Column,
  named: (typeof personalNames)[number],
  values: ReadonlyMap<string, number>,
  present: number,
): PersonalFinding | undefined {
  if (present === 0 && data.type !== "number") return undefined;
  const finding = (label: string, certainty: PersonalFinding["certainty"], evidence: string, rows = 0) => ({
    column,
    kind: named.kind,
    label,
    by: rows > 0 ? ("values" as const) : ("name" as const),
    rows,
    share: present === 0 ? 0 : rows / present,
    certainty,
    evidence,
  });
  switch (named.kind) {
    case "person-name": {
      if (data.type !== "string") return undefined;
      let like = 0;
      let known = 0;
      for (const text of values.keys()) {
        const parts = text.split(/[\s,.-]+/).filter((part) => part !== "");
        if (parts.length <= 7 && /^[\p{L}\p{M}'’.,()" -]+$/u.test(text)) like++;
        if (parts.some((part) => givenNames.has(part.toLowerCase()))) known++;
      }
      const share = known / values.size;
      if (share >= 0.15)
        return finding(
          "person's name",
          "likely",
          `${count(known)} of ${count(values.size)} distinct values hold a common given name.`,
          present,
        );
      if (named.weak || like < 0.8 * values.size) return undefined;
      return finding("person's name", "possible", "The column's name says so, and its values are words.");
    }
    case "birth-date":
      return finding("date of birth", data.type === "timestamp" ? "likely" : "possible", "The column's name says so.");
    case "location":
      if (data.type !== "number") return undefined;
      return finding("place on the map", "possible", "The column's name says so, and its values are numbers.");
    case "address":
      return finding("address", "possible", "The column's name says so.");
    default: {
      if (named.weak || data.type === "timestamp" || data.type === "bool") return undefined;
      const digits = leastDigits[named.kind] ?? 0;
      let alike = 0;
      for (const text of values.keys())
        if (named.kind === "email" ? text.includes("@") : text.replace(/\D/g, "").length >= digits) alike++;
      if (alike < 0.5 * values.size) return undefined;
      return finding(
        named.kind.replace("-", " "),
        "possible",
        "The column's name says so; its values do not have the usual form.",
      );
    }
  }
}

const WORD = "(?:\\p{Lu}[\\p{L}'’.-]*|de|da|di|del|van|von|der|den|la|bin|al)";
const FULL_NAME = new RegExp(`^${WORD}(?:,? ${WORD}){0,4}$`, "u");

/** Names of persons under a heading that says nothing: nearly all are capitalised words, and many hold a common given name. */
function byGivenNames(
  column: string,
  values: ReadonlyMap<string, number>,
  present: number,
): PersonalFinding | undefined {
  let alike = 0;
  let several = 0;
  let known = 0;
  for (const text of values.keys()) {
    const trimmed = text.trim();
    if (trimmed.length > 64 || !FULL_NAME.test(trimmed)) continue;
    alike++;
    const parts = trimmed.split(/[ ,.-]+/);
    if (parts.length > 1) several++;
    if (parts.some((part) => givenNames.has(part.toLowerCase()))) known++;
  }
  // Given names alone are also words and places, so most must be known.
  const needed = several >= 0.8 * alike ? 0.3 : 0.6;
  if (values.size < 5 || alike < 0.8 * values.size || known < needed * values.size) return undefined;
  return {
    column,
    kind: "person-name",
    label: "person's name",
    by: "values",
    rows: present,
    share: 1,
    certainty: known >= 0.5 * values.size ? "likely" : "possible",
    evidence: `${count(known)} of ${count(values.size)} distinct values hold a common given name.`,
  };
}

/** Fewer digits than this are none of the kind, whatever the column is called. */
const leastDigits: Readonly<Partial<Record<PersonalKind, number>>> = { phone: 6, card: 12, iban: 12, "national-id": 5 };

/** `customerEmail_2` → `customer email 2`. */
const wordsOf = (name: string) =>
  name
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .replace(/(\p{L})(\p{N})/gu, "$1 $2")
    .trim()
    .toLowerCase();

const count = (number: number) => number.toLocaleString("en-US");
const article = (label: string) => `${/^[aeiou]/i.test(label) && !/^(UK|US)/.test(label) ? "an" : "a"} ${label}`;
