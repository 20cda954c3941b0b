import { knownNames, MillraceError } from "#kernel";
import type { Engine } from "./open-engine.ts";
import { foldName, quoteText } from "./quoting.ts";

/**
 * Checks that a text a user wrote is one row-wise, repeatable SQL expression, and gives the names that it refers to.
 *
 * It is parsed, not run: subqueries, aggregates, windows and functions whose answer depends on the clock, on chance or on files are refused.
 * Errors: DATASET_EXPRESSION_INVALID: it does not parse; DATASET_EXPRESSION_REFUSED.
 */
export async function parseExpression(
  engine: Engine,
  expression: string,
  columns: readonly string[],
  what: string,
): Promise<Set<string>> {
  const answer = await engine.rows(`SELECT json_serialize_sql(${quoteText(`SELECT (${expression}\n)`)})`);
  const parsed = JSON.parse(String(answer[0]![0])) as ParsedSql;
  if (parsed.error) throw invalid(expression, parsed.error_message ?? "it does not parse", columns, what);
  const statements = parsed.statements ?? [];
  const node = statements[0]?.node;
  const single = statements.length === 1 && node?.type === "SELECT_NODE" && node.select_list?.length === 1;
  if (!single || node.from_table?.type !== "EMPTY") throw refused(expression, what, "it is more than one expression");
  const names = new Set<string>();
  for (const found of nodesOf(node.select_list)) {
    const why = REFUSED_CLASSES[String(found.class)];
    if (why !== undefined) throw refused(expression, what, why);
    if (found.class === "COLUMN_REF") for (const name of columnNames(found, expression, columns, what)) names.add(name);
    if (found.class === "FUNCTION") await checkFunction(engine, String(found.function_name), found, expression, what);
  }
  return names;
}

/** Checks that an expression binds to a relation, or says which column is not there and which is near. */
export async function bindExpression(
  engine: Engine,
  expression: string,
  from: string,
  columns: readonly string[],
  what: string,
): Promise<void> {
  try {
    await engine.rows(`DESCRIBE SELECT (${expression}\n) FROM ${from}`);
  } catch (error) {
    throw invalid(expression, (error as Error).message, columns, what, error);
  }
}

const REFUSED_CLASSES: Readonly<Record<string, string>> = {
  SUBQUERY: "it holds a subquery",
  WINDOW: "it holds a window function, which looks at other rows",
  STAR: "it holds *",
  PARAMETER: "it holds a parameter",
};

function columnNames(
  found: Record<string, unknown>,
  expression: string,
  columns: readonly string[],
  what: string,
): string[] {
  const names = (found.column_names as unknown[]).map(String);
  // Without parentheses these parse as columns and bind as functions of the clock.
  if (names.length === 1 && /^(current_\w+|localtime\w*)$/i.test(names[0]!) && !columns.includes(names[0]!))
    throw refused(expression, what, `${names[0]} does not give the same answer every time`);
  return names.map(foldName);
}

interface ParsedSql {
  readonly error: boolean;
  readonly error_message?: string;
  readonly statements?: readonly {
    node: { type: string; select_list?: readonly unknown[]; from_table?: { type: string } };
  }[];
}

function* nodesOf(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const inner of Object.values(value)) yield* nodesOf(inner);
}

/** Looks a function up in the engine's own list: only scalar functions that always give the same answer pass. */
async function checkFunction(
  engine: Engine,
  name: string,
  call: Record<string, unknown>,
  expression: string,
  what: string,
): Promise<void> {
  if (name === "age" && (call.children as unknown[]).length === 1)
    throw refused(expression, what, "age() of one argument counts from today");
  const rows = await engine.rows(
    `SELECT DISTINCT function_type, stability FROM duckdb_functions() WHERE function_name = ${quoteText(name.toLowerCase())}`,
  );
  const outside =
    /^(getenv|getvariable|current_setting|current_|read_|glob|query|txid|nextval|currval|in_search_path|pg_|has_)/.test(
      name,
    );
  if (outside) throw refused(expression, what, `${name}() depends on more than the row`);
  for (const [type, stability] of rows) {
    if (type === "aggregate") throw refused(expression, what, `${name}() is an aggregate; use the aggregate operation`);
    if (type === "table") throw refused(expression, what, `${name}() reads a table`);
    if (stability === "VOLATILE" || stability === "CONSISTENT_WITHIN_QUERY")
      throw refused(expression, what, `${name}() does not give the same answer every time`);
  }
}

function invalid(
  expression: string,
  said: string,
  columns: readonly string[],
  what: string,
  cause?: unknown,
): MillraceError {
  const first = said.split("\n")[0]!.replace(/^(Parser|Binder|Catalog|Conversion) Error: /, "");
  const missing = /(?:Referenced column|column) "([^"]+)" not found/i.exec(said)?.[1];
  const hint = missing === undefined ? "" : ` Columns: ${knownNames(missing, columns)}.`;
  return new MillraceError("DATASET_EXPRESSION_INVALID", {
    message: `The ${what} expression \`${expression}\` is not valid: ${first.replace(/\.$/, "")}.${hint}`,
    next: "Write a SQL expression over the columns; names with blanks stand in double quotes, texts in single quotes.",
    facts: { expression, what, ...(missing === undefined ? {} : { column: missing }) },
    cause,
  });
}

/** An expression that binds but cannot take the value of some row. */
export function failedOnRow(expression: string, what: string, error: unknown): MillraceError {
  const said = (error as Error).message.split("\n")[0]!.replace(/\.$/, "");
  return new MillraceError("DATASET_EXPRESSION_INVALID", {
    message: `The ${what} expression \`${expression}\` fails on a row: ${said}.`,
    next: "Use try_cast or a CASE for values that the expression cannot take.",
    facts: { expression, what },
    cause: error,
  });
}

function refused(expression: string, what: string, why: string): MillraceError {
  return new MillraceError("DATASET_EXPRESSION_REFUSED", {
    message: `The ${what} expression \`${expression}\` is refused: ${why}.`,
    next: "Write one expression that looks at the columns of one row; take the time from a column, not from the clock.",
    facts: { expression, what },
  });
}
