import type { Column, Frame } from "@millrace/program";
import { rowsWhere } from "#dataset";
import { countOf, knownNames, MillraceError } from "#kernel";
import { type RowValue, reader } from "../anomalies/rows/offence.ts";
import { type Rule, type RuleInput, type RuleResult, ruleSchema } from "./model.ts";
import { checkMonotone, checkTransitions } from "./ordered-rules.ts";
import { agreeing, type Found, listOf, quoteName, shownNumber, sqlValue } from "./rule-words.ts";

export interface RuleContext {
  /** Rows of the span before. */
  readonly previousRows?: number;
  /** Data sets that rules refer to, by name. */
  readonly datasets?: Readonly<Record<string, Frame>>;
  /** The time from which age counts, in ms since 1970; the caller's, so that a check can be made again. */
  readonly asOf?: number;
  /** How many offending rows to list. */
  readonly exampleLimit?: number;
}

/**
 * Holds a frame to rules beyond its schema.
 *
 * ```ts
 * const id = { type: "integer", values: Float64Array.of(7, 7) } as const;
 * const frame = { rows: 2, columns: new Map([["id", id]]) };
 * const [result] = await checkRules([{ rule: "unique", name: "ids", columns: ["id"] }], frame);
 * result?.offendingRows; // 2
 * ```
 *
 * Shapes: one result a rule. Missing: what cannot be told for a missing value is not broken, as in SQL's CHECK.
 * Errors: VALIDATE_COLUMN_UNKNOWN, VALIDATE_COLUMN_TYPE: when a rule does not fit the data; DATASET_EXPRESSION_INVALID,
 * DATASET_EXPRESSION_REFUSED: when its SQL is none, or asks for more than the row.
 */
export async function checkRules(
  rules: readonly RuleInput[],
  frame: Frame,
  context: RuleContext = {},
): Promise<RuleResult[]> {
  const results: RuleResult[] = [];
  for (const given of rules) {
    const rule = ruleSchema.parse(given);
    results.push(report(rule, frame, await check(rule, frame, context), context.exampleLimit ?? 10));
  }
  return results;
}

async function check(rule: Rule, frame: Frame, context: RuleContext): Promise<Found> {
  const read = (name: string) => reader(columnOf(rule, frame, name));
  const where = (offends: (row: number) => boolean, words: string, sql?: string): Found => {
    const rows: number[] = [];
    for (let row = 0; row < frame.rows; row++) if (offends(row)) rows.push(row);
    return { rows, words, ...(sql !== undefined && { sql: `SELECT * FROM input WHERE ${sql}` }) };
  };
  switch (rule.rule) {
    case "sql": {
      const held = await rowsWhere(frame, rule.sql, `rule "${rule.name}"`);
      return where((row) => held[row] === 0, `do not meet ${rule.sql}`, `NOT (${rule.sql})`);
    }
    case "compare": {
      const [left, right] = [read(rule.left), read(rule.right)];
      sameKind(rule, frame);
      const offends = (row: number) => {
        const [a, b] = [left(row), right(row)];
        return a !== null && b !== null && !compares(a, rule.operator, b);
      };
      const sql = `NOT (${quoteName(rule.left)} ${rule.operator} ${quoteName(rule.right)})`;
      return where(offends, `do not have ${rule.left} ${rule.operator} ${rule.right}`, sql);
    }
    case "when": {
      const [given, wanted] = [read(rule.when.column), read(rule.require.column)];
      const offends = (row: number) =>
        meets(rule.when, given(row)) === true && meets(rule.require, wanted(row)) === false;
      const sql = `(${conditionSql(rule.when)}) AND NOT (${conditionSql(rule.require)})`;
      return where(offends, `break it: ${conditionSql(rule.when)} asks for ${conditionSql(rule.require)}`, sql);
    }
    case "unique": {
      const keys = keysOf(rule, frame, rule.columns);
      const counts = new Map<string, number>();
      for (const key of keys) if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
      const list = rule.columns.map(quoteName).join(", ");
      const present = rule.columns.map((one) => `${quoteName(one)} IS NOT NULL`).join(" AND ");
      return {
        ...where(
          (row) => keys[row] !== null && counts.get(keys[row]!)! > 1,
          `share their ${rule.columns.join(", ")} with another row`,
        ),
        sql: `SELECT * FROM input WHERE ${present} QUALIFY count(*) OVER (PARTITION BY ${list}) > 1`,
      };
    }
    case "references": {
      const other = context.datasets?.[rule.dataset];
      if (other === undefined) return { untold: `The data set ${rule.dataset} was not given.` };
      const names = rule.keys ?? rule.columns;
      const known = new Set(keysOf(rule, other, names));
      const keys = keysOf(rule, frame, rule.columns);
      const on = rule.columns.map((one, at) => `k.${quoteName(names[at]!)} = i.${quoteName(one)}`).join(" AND ");
      const present = rule.columns.map((one) => `i.${quoteName(one)} IS NOT NULL`).join(" AND ");
      return {
        ...where((row) => keys[row] !== null && !known.has(keys[row]!), `refer to nothing in ${rule.dataset}`),
        sql: `SELECT i.* FROM input i WHERE ${present} AND NOT EXISTS (FROM ${quoteName(rule.dataset)} k WHERE ${on})`,
      };
    }
    case "fresh":
      return checkFresh(rule, frame, context.asOf);
    case "rows":
      return checkRowCount(rule, frame.rows, context.previousRows);
    case "monotone":
      return checkMonotone(rule, frame, read(rule.column), rule.by && keysOf(rule, frame, rule.by));
    case "transitions":
      return checkTransitions(rule, frame, read(rule.column), keysOf(rule, frame, rule.by), read(rule.order));
  }
}

function report(rule: Rule, frame: Frame, found: Found, limit: number): RuleResult {
  const { name, rule: kind } = rule;
  if ("untold" in found) return { name, rule: kind, verdict: "untold", evidence: found.untold };
  if ("whole" in found) return { name, rule: kind, verdict: found.whole ? "holds" : "broken", evidence: found.words };
  const { rows, words, sql } = found;
  const read = shownBy(rule, frame);
  return {
    name,
    rule: kind,
    verdict: rows.length === 0 ? "holds" : "broken",
    evidence:
      rows.length === 0
        ? frame.rows === 1
          ? "The one row keeps to it."
          : `All ${frame.rows} rows keep to it.`
        : `${rows.length} of ${countOf(frame.rows, "row")} ${agreeing(words, rows.length)}.`,
    offendingRows: rows.length,
    examples: rows.slice(0, limit).map((row) => ({ row: row + 1, value: read(row) })),
    ...(sql !== undefined && { sql }),
    rows,
  };
}

/** What is shown of a row that breaks a rule: the value that the rule is about, times as people write them. */
function shownBy(rule: Rule, frame: Frame): (row: number) => RowValue {
  const name =
    "columns" in rule
      ? rule.columns[0]
      : "column" in rule
        ? rule.column
        : "left" in rule
          ? rule.left
          : "require" in rule
            ? rule.require.column
            : undefined;
  const column = name === undefined ? undefined : frame.columns.get(name);
  if (column === undefined || column.type === "vector") return () => null;
  const read = reader(column);
  if (column.type !== "timestamp") return read;
  return (row) => {
    const micros = read(row);
    return micros === null ? null : new Date(Number(micros) / 1000).toISOString();
  };
}

function columnOf(rule: Rule, frame: Frame, name: string): Exclude<Column, { type: "vector" }> {
  const column = frame.columns.get(name);
  if (column === undefined)
    throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
      message: `The rule "${rule.name}" is about a column "${name}", which the data do not have (${knownNames(name, [...frame.columns.keys()])}).`,
      next: "Name a column of the data in the rule.",
      facts: { rule: rule.name, column: name },
    });
  if (column.type === "vector")
    throw new MillraceError("VALIDATE_COLUMN_TYPE", {
      message: `The rule "${rule.name}" is about ${name}, whose values are vectors.`,
      next: "Write rules over columns of single values.",
      facts: { rule: rule.name, column: name },
    });
  return column;
}

function sameKind(rule: Extract<Rule, { rule: "compare" }>, frame: Frame): void {
  const kind = (name: string) => {
    const { type } = columnOf(rule, frame, name);
    return type === "integer" ? "number" : type;
  };
  const [left, right] = [kind(rule.left), kind(rule.right)];
  if (left === right) return;
  throw new MillraceError("VALIDATE_COLUMN_TYPE", {
    message: `The rule "${rule.name}" compares ${rule.left} (${left}) with ${rule.right} (${right}).`,
    next: "Compare columns of one type, or write the rule in SQL with a cast.",
    facts: { rule: rule.name, left, right },
  });
}

function compares(a: NonNullable<RowValue>, operator: string, b: NonNullable<RowValue>): boolean {
  const order =
    a === b
      ? 0
      : typeof a === "string"
        ? Buffer.compare(Buffer.from(a), Buffer.from(String(b)))
        : Number(a) - Number(b);
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">=":
      return order >= 0;
    default:
      return order > 0;
  }
}

type Condition = Extract<Rule, { rule: "when" }>["when"];

/** `undefined`: a missing value leaves it open. */
function meets(condition: Condition, value: RowValue): boolean | undefined {
  const { in: among, min, max, missing } = condition;
  if (missing === true) return value === null;
  if (value === null) return missing === false ? false : undefined;
  if (among !== undefined && !among.includes(value)) return false;
  return (min === undefined || Number(value) >= min) && (max === undefined || Number(value) <= max);
}

function conditionSql({ column, in: among, min, max, missing }: Condition): string {
  const x = quoteName(column);
  const parts = [
    ...(missing === undefined ? [] : [`${x} IS ${missing ? "" : "NOT "}NULL`]),
    ...(among === undefined ? [] : [`${x} IN (${among.map(sqlValue).join(", ")})`]),
    ...(min === undefined ? [] : [`${x} >= ${min}`]),
    ...(max === undefined ? [] : [`${x} <= ${max}`]),
  ];
  return parts.length === 0 ? "true" : parts.join(" AND ");
}

/** One text a row for the values of some columns; `null` where one is missing. */
function keysOf(rule: Rule, frame: Frame, names: readonly string[]): (string | null)[] {
  const readers = names.map((name) => reader(columnOf(rule, frame, name)));
  return Array.from({ length: frame.rows }, (_, row) => {
    const values = readers.map((read) => read(row));
    return values.includes(null) ? null : JSON.stringify(values);
  });
}

/** A time zone may be misread by as much; one row of the year 2099 must not keep data fresh for ever. */
const mostAheadHours = 24;

function checkFresh(
  { name, column, withinHours }: Extract<Rule, { rule: "fresh" }>,
  frame: Frame,
  asOf: number | undefined,
): Found {
  const times = columnOf({ rule: "fresh", name, column, withinHours }, frame, column);
  if (times.type !== "timestamp")
    throw new MillraceError("VALIDATE_COLUMN_TYPE", {
      message: `The rule "${name}" asks how old ${column} is, and it is a column of type ${times.type}.`,
      next: "Name a column of timestamps.",
      facts: { rule: name, column },
    });
  if (asOf === undefined) return { untold: "No time was given from which age counts." };
  let latest = -Infinity;
  const read = reader(times);
  for (let row = 0; row < frame.rows; row++) latest = Math.max(latest, (read(row) as number | null) ?? -Infinity);
  if (latest === -Infinity) return { whole: false, words: `${column} is missing in every row.` };
  const hours = (asOf - latest / 1000) / 3_600_000;
  if (hours < -mostAheadHours)
    return { whole: false, words: `The newest ${column} lies ${shownNumber(-hours)} hours ahead, which tells no age.` };
  const words = `The newest ${column} is ${shownNumber(hours)} hours old; ${withinHours} are allowed.`;
  return { whole: hours <= withinHours, words };
}

function checkRowCount(rule: Extract<Rule, { rule: "rows" }>, rows: number, previous: number | undefined): Found {
  const { min, max, minShare, maxShare } = rule;
  const broken: string[] = [];
  if (min !== undefined && rows < min) broken.push(`at least ${min} were asked for`);
  if (max !== undefined && rows > max) broken.push(`at most ${max} were asked for`);
  const compared = minShare !== undefined || maxShare !== undefined;
  if (compared && previous === undefined && broken.length === 0) return { untold: "The span before was not given." };
  if (compared && previous !== undefined) {
    const share = previous === 0 ? (rows === 0 ? 1 : Infinity) : rows / previous;
    const said = `${shownNumber(share)} of the ${previous} before`;
    if (minShare !== undefined && share < minShare)
      broken.push(`that is ${said}, and at least ${minShare} was asked for`);
    if (maxShare !== undefined && share > maxShare)
      broken.push(`that is ${said}, and at most ${maxShare} was asked for`);
  }
  const words =
    broken.length === 0
      ? `There ${rows === 1 ? "is" : "are"} ${countOf(rows, "row")}.`
      : `There ${rows === 1 ? "is" : "are"} ${countOf(rows, "row")}; ${listOf(broken)}.`;
  return { whole: broken.length === 0, words };
}
