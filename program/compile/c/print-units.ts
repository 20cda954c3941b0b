import type { Lowered, LoweredInput, Statement } from "../model.ts";
import { cutForest } from "../printing/forest-cuts.ts";
import { layOutForest } from "../printing/forest-layout.ts";
import type { Slot } from "../printing/slots.ts";
import { type ForestStatement, type Plan, planUnits, type Unit } from "../printing/units.ts";
import { type PrintContext, printStatement } from "./print.ts";
import { printCuts, printLayout, printSplits, printTables } from "./print-tables.ts";
import { printRule, type TermsStatement, termSpace } from "./print-terms.ts";

/** Beyond so many operations a function is split, since optimisers take more than linear time. */
const weightLimit = 1500;
/** Beyond so many numbers vectors are no longer local variables. */
const mostLocalNumbers = 4096;
/** How many bytes a block of rows may take on the stack, and one row before the space becomes static. */
const blockBytes = 65_536;
const mostStackBytes = 262_144;

export interface PrintedUnits {
  /** Types and tables; they need the runtime's types. */
  readonly tables: readonly string[];
  readonly functions: readonly string[];
  /** Calls that score `count` rows of `s`, and the one before them that reads a row into it. */
  readonly calls: readonly string[];
  /** Rows that are scored together. */
  readonly block: number;
  /** Whether the space for a row is static, so that only one thread may score at a time. */
  readonly isStatic: boolean;
}

export function printUnits(lowered: Lowered, needs: Set<string>): PrintedUnits {
  const keepVectors = lowered.vectors.reduce((sum, width) => sum + width, 0) > mostLocalNumbers;
  const plan = planUnits(lowered, weightLimit, keepVectors);
  const { names, lines: tables } = printTables(lowered.tables);
  const forests = plan.units.map((unit) => (unit.kind === "forest" ? layOut(unit.statement) : undefined));
  const rules = lowered.statements.filter((statement) => statement.do === "terms");
  const rowBytes = stateBytes(plan, lowered) + Math.max(0, ...forests.map((forest) => forest?.rowBytes ?? 0));
  const spaces = rules.map(({ terms }) => termSpace(terms)).map(({ bytes, found }) => bytes + 4 * found);
  const isStatic = rowBytes + spaces.reduce((sum, bytes) => sum + bytes, 0) > mostStackBytes;
  const fits = Math.max(1, Math.min(64, Math.floor(blockBytes / rowBytes)));
  const block = fits >= 8 ? fits - (fits % 8) : fits;
  rules.forEach((statement, id) => {
    tables.push(printRule(statement, id, names));
  });
  tables.push("typedef struct {", ...members(plan, lowered), "} mr_state;");
  const places = (statement: TermsStatement) => rules.indexOf(statement);
  const storage = isStatic ? "static " : "";
  const functions: string[] = [];
  const calls: string[] = [];
  plan.units.forEach((unit, id) => {
    const forest = forests[id];
    if (unit.kind === "rows") {
      const name = (slot: Slot) => (unit.local.has(slot) ? slot : `s->${slot}`);
      const context = { name, widths: lowered.vectors, tables: names, needs, rule: places, storage } as const;
      functions.push(...rowsFunction(unit, id, id === 0 ? lowered.inputs : [], context));
      if (id > 0) calls.push(`for (i = 0; i < count; i++) part${id}(s + i);`);
    } else if (forest !== undefined) {
      needs.add(forest.need);
      for (const line of forest.tables(id)) tables.push(line);
      for (const line of forestFunction(unit.statement, forest, id, block, isStatic)) functions.push(line);
      calls.push(`part${id}(s, count);`);
    }
  });
  return { tables, functions, calls, block, isStatic };
}

function rowsFunction(
  unit: Extract<Unit, { kind: "rows" }>,
  id: number,
  inputs: readonly LoweredInput[],
  context: PrintContext,
): string[] {
  const { name, widths, needs } = context;
  const body = unit.statements.flatMap((statement) => printStatement(statement, context));
  const locals = [...unit.local].map((slot) => {
    if (slot.startsWith("n")) return `double ${slot};`;
    return slot.startsWith("s") ? `mr_text ${slot};` : `double ${slot}[${widths[Number(slot.slice(1))]}];`;
  });
  const uses = (variable: string, type: string) =>
    body.some((line) => line.trimStart().startsWith(variable)) ? [`${type};`] : [];
  const scratch = [...uses("for (k", "size_t k"), ...uses("at =", "double at")];
  const reads = inputs.flatMap((input, k) => readInput(input, k, name, needs));
  const head =
    id === 0
      ? [
          "/* Reads a row: 0, or 1 + the place of the input that is not what it should be. */",
          "static int part0(const mr_row *row, mr_state *s) {",
        ]
      : [`static void part${id}(mr_state *s) {`];
  const indented = [...locals, ...scratch, ...(id === 0 ? ["(void)row;", "(void)s;"] : []), ...reads, ...body];
  return [...head, ...indented.map((line) => `  ${line}`), ...(id === 0 ? ["  return 0;"] : []), "}", ""];
}

function readInput(
  { input, text, number, vector }: LoweredInput,
  k: number,
  name: (slot: Slot) => string,
  needs: Set<string>,
) {
  const fail = `return ${k + 1};`;
  if (text !== undefined) {
    const slot = name(`s${text}`);
    return [`${slot} = row->x${k};`, ...(input.missingAllowed ? [] : [`if (${slot}.length == 0) ${fail}`])];
  }
  if (vector !== undefined) {
    const slot = name(`v${vector}`);
    needs.add("clean");
    return [
      `if (row->x${k} == NULL) ${slot}[0] = NAN;`,
      "else {",
      `  memcpy(${slot}, row->x${k}, ${input.width} * sizeof(double));`,
      `  mr_clean(${slot}, ${input.width});`,
      "}",
      ...(input.missingAllowed ? [] : [`if (mr_missing(${slot}[0])) ${fail}`]),
    ];
  }
  const slot = name(`n${number}`);
  const lines = [`${slot} = row->x${k} + 0.0;`];
  const present = input.type === "bool" ? `${slot} == 0.0 || ${slot} == 1.0` : `mr_whole(${slot})`;
  if (input.type === "number") {
    if (!input.missingAllowed) lines.push(`if (mr_missing(${slot})) ${fail}`);
    return lines;
  }
  if (input.type !== "bool") needs.add("whole");
  if (input.invalid !== undefined) return [...lines, `if (!(${present})) ${slot} = NAN;`];
  lines.push(`if (!(${input.missingAllowed ? `mr_missing(${slot}) || ` : ""}${present})) ${fail}`);
  return lines;
}

interface PrintedForest {
  readonly need: string;
  readonly columns: readonly string[];
  /** Categories as whole numbers, where the forest has sets of them. */
  readonly codes: readonly string[];
  /** Columns of which rows have ranks. */
  readonly ranks: number;
  readonly rowBytes: number;
  readonly tables: (id: number) => string[];
}

const calls: Readonly<Record<string, string>> = {
  numeric: "mr_forest",
  cuts: "mr_cut_forest",
  sets: "mr_set_forest",
  splits: "mr_split_forest",
};

function layOut({ forest, features }: ForestStatement): PrintedForest {
  const layout = layOutForest(forest, features, true);
  const classes = forest.bases.length;
  if (layout === undefined)
    return {
      need: "splits",
      columns: features.map((slot) => `s[i].n${slot}`),
      codes: [],
      ranks: 0,
      rowBytes: 8 * (features.length + classes),
      tables: (id) => printSplits(forest, features.length, id),
    };
  const { sets, width } = layout;
  const cuts = cutForest(forest, features, layout);
  const columns = layout.columns.map(({ slot, low }) => (low ? `mr_low(s[i].n${slot})` : `s[i].n${slot}`));
  const codes = sets?.columns.map(({ slot, limit }) => `mr_code(s[i].n${slot}, ${limit}.0)`) ?? [];
  return {
    need: sets !== undefined ? "sets" : cuts !== undefined ? "cuts" : "numeric",
    ranks: cuts?.edges.length ?? 0,
    columns: [...columns, "-INFINITY", ...(sets === undefined ? [] : ["NAN"])],
    codes: sets === undefined ? [] : ["0", ...codes],
    rowBytes: 8 * (width + codes.length + classes) + 4 * columns.length,
    tables: (id) => [...printLayout(layout, forest.bases, id), ...(cuts === undefined ? [] : printCuts(cuts, id))],
  };
}

function forestFunction(
  { to, forest }: ForestStatement,
  { columns, codes, ranks, need }: PrintedForest,
  id: number,
  block: number,
  isStatic: boolean,
): string[] {
  const classes = forest.bases.length;
  const width = columns.length;
  const storage = isStatic ? "static " : "";
  const sums = `sums[i${classes === 1 ? "" : ` * ${classes} + k`}] + 0.0`;
  const write =
    "number" in to
      ? [`  for (i = 0; i < count; i++) s[i].n${to.number} = ${sums};`]
      : [`  for (i = 0; i < count; i++)`, `    for (k = 0; k < ${classes}; k++) s[i].v${to.vector}[k] = ${sums};`];
  const hasCodes = codes.length > 0;
  const extra = `${need === "cuts" ? `&cuts${id}, ` : ""}x, ${hasCodes ? "codes, " : ""}${need === "cuts" ? "ranks, " : ""}`;
  return [
    `static void part${id}(mr_state *s, size_t count) {`,
    `  ${storage}double x[${width * block}], sums[${classes * block}];`,
    ...(hasCodes ? [`  ${storage}uint32_t codes[${codes.length * block}];`] : []),
    ...(need === "cuts" ? [`  ${storage}int32_t ranks[${16 * Math.max(1, ranks) * Math.ceil(block / 16)}];`] : []),
    `  size_t i${"number" in to ? "" : ", k"};`,
    "  if (count == 0) return;",
    "  for (i = 0; i < count; i++) {",
    `    double *row = x + i * ${width};`,
    ...(hasCodes ? [`    uint32_t *code = codes + i * ${codes.length};`] : []),
    ...columns.map((column, k) => `    row[${k}] = ${column};`),
    ...codes.map((code, k) => `    code[${k}] = ${code};`),
    "  }",
    `  ${calls[need]}(&forest${id}, ${extra}count, sums);`,
    ...write,
    "}",
    "",
  ];
}

function members({ shared }: Plan, { vectors, statements }: Lowered): string[] {
  const buffers = statements.flatMap((statement) =>
    statement.do === "cross" ? [`  char b${statement.slot}[${crossBytes(statement)}];`] : [],
  );
  if (shared.length + buffers.length === 0) return ["  char unused;"];
  const slots = shared.map((slot) => {
    if (slot.startsWith("n")) return `  double ${slot};`;
    return slot.startsWith("s") ? `  mr_text ${slot};` : `  double ${slot}[${vectors[Number(slot.slice(1))]}];`;
  });
  return [...slots, ...buffers];
}

/** 256 code points of each text, and what is between them. */
function crossBytes({ parts, separator }: Extract<Statement, { do: "cross" }>): number {
  return parts.length * 1024 + (parts.length - 1) * new TextEncoder().encode(separator).length;
}

function stateBytes({ shared }: Plan, { vectors, statements }: Lowered): number {
  const buffers = statements.reduce(
    (sum, statement) => sum + (statement.do === "cross" ? crossBytes(statement) : 0),
    0,
  );
  const size = (slot: Slot) =>
    slot.startsWith("n") ? 8 : slot.startsWith("s") ? 16 : 8 * vectors[Number(slot.slice(1))]!;
  return shared.reduce((sum, slot) => sum + size(slot), 8 + buffers);
}
