import { outputColumns } from "../../outputs.ts";
import type { Lowered, LoweredExtra, LoweredInput } from "../model.ts";
import { reasonOf, reasonTexts, setPieces } from "../printing/extras.ts";
import { csvCell } from "../printing/names.ts";
import { timeItems } from "../printing/time-items.ts";
import { quoted, sized } from "./literals.ts";
import { array, printTables } from "./print-tables.ts";

const kinds = { literal: "l", oneOf: "c", names: "n", digits: "d", space: "s", offset: "z" } as const;

/** What the runtime's filter needs to know of the model, and `main`; the first tables stand there already. */
export function printFilter(lowered: Lowered, tablesBefore: number, prefix: string): string[] {
  const { program, inputs, extras } = lowered;
  const { task, classes = [] } = program.outputs;
  const each = task === "multiclass" ? classes : [];
  const header = outputColumns(lowered.program.outputs).map(csvCell).join(",");
  const cells = classes.map((name) => `{${sized(csvCell(name))}}`);
  const prediction =
    task === "regression" ? "mr_print_number(result.score);" : "mr_print_text(cells[result.prediction]);";
  const abstains = reasonOf(lowered) !== undefined;
  const { names, lines: tables } = printTables(lowered.tables, tablesBefore);
  return [
    ...tables,
    ...inputs.flatMap(patternTable),
    ...inputs.flatMap(({ input: { width } }, k) =>
      width === undefined ? [] : [`static double numbers${k}[${width}];`],
    ),
    ...array(
      "mr_reader",
      "readers",
      inputs.length === 0
        ? ["{NULL, 0, 0, 0, 0, NULL, NULL, NULL, 0, NULL, 0, NULL, 0, NULL, 0}"]
        : inputs.map((one, k) => reader(one, k, one.seen === undefined ? "NULL, 0, NULL, 0" : names[one.seen]!.levels)),
    ),
    `static const mr_text header = {${sized(`${header}\n`)}};`,
    `static size_t columns[${Math.max(1, inputs.length)}];`,
    `static mr_counts counts[${Math.max(1, inputs.length)}];`,
    "static mr_row row;",
    "static mr_result result;",
    ...(task === "regression" ? [] : array("mr_text", "cells", cells)),
    ...(abstains ? [`static const char *const reasons[] = {${reasonTexts.map(quoted).join(", ")}};`] : []),
    ...(extras.some(({ kind }) => kind === "set") ? printSet(lowered) : []),
    "",
    "static void score_row(const char *bytes) {",
    "  (void)bytes;",
    `  ${prefix}_score(&row, &result);`,
    "  if (result.score != result.score) {",
    `    fputs(${quoted(",".repeat(1 + each.length))}, stdout);`,
    "  } else {",
    `    ${abstains ? "if (result.abstain == 0) " : ""}${prediction}`,
    "    putc(',', stdout);",
    "    mr_print_number(result.score);",
    ...(each.length === 0 ? [] : printEach(each.length)),
    "  }",
    ...extras.flatMap(printExtra),
    "  putc('\\n', stdout);",
    "}",
    "",
    "int main(void) {",
    `  return mr_filter(readers, ${inputs.length}, columns, counts, (char *)&row, header, score_row);`,
    "}",
  ];
}

function printExtra({ kind, column }: LoweredExtra): string[] {
  const print = {
    number: `if (result.${column} == result.${column}) mr_print_number(result.${column});`,
    set: "print_set();",
    reason: "fputs(reasons[result.abstain], stdout);",
  }[kind];
  return ["  putc(',', stdout);", `  ${print}`];
}

/** A set is a JSON list in a quoted cell. */
function printSet(lowered: Lowered): string[] {
  const pieces = setPieces(lowered);
  return [
    ...array(
      "mr_text",
      "pieces",
      pieces.map((piece) => `{${sized(piece)}}`),
    ),
    "",
    "static void print_set(void) {",
    "  int any = 0;",
    "  if (result.set[0] < 0) return;",
    `  for (size_t k = 0; k < ${pieces.length}; k++) {`,
    "    if (!result.set[k]) continue;",
    `    fputs(any ? "," : ${quoted('"[')}, stdout);`,
    "    mr_print_text(pieces[k]);",
    "    any = 1;",
    "  }",
    `  fputs(any ? ${quoted(']"')} : "[]", stdout);`,
    "}",
  ];
}

function printEach(classes: number): string[] {
  return [
    `    for (size_t k = 0; k < ${classes}; k++) {`,
    "      putc(',', stdout);",
    "      mr_print_number(result.scores[k]);",
    "    }",
  ];
}

function reader({ input }: LoweredInput, k: number, levels: string): string {
  const shown = quoted(JSON.stringify(input.name));
  const reason =
    input.pattern === undefined ? "is not an ISO 8601 date or time" : `is not a time of the pattern ${input.pattern}`;
  const time = input.type === "timestamp";
  const pattern = input.pattern === undefined ? "NULL" : `pattern${k}`;
  const kind = input.type === "strings" ? "l" : input.type[0];
  const numbers = input.width === undefined ? "NULL, 0" : `numbers${k}, ${input.width}`;
  const flags = `${input.missingAllowed ? 1 : 0}, ${input.invalid === undefined ? 0 : 1}`;
  const head = `${shown}, '${kind}', ${flags}, offsetof(mr_row, x${k})`;
  return `{${head}, ${pattern}, ${time ? quoted(reason) : "NULL"}, ${sized(input.name)}, ${numbers}, ${levels}}`;
}

function patternTable({ input }: LoweredInput, k: number): string[] {
  if (input.pattern === undefined) return [];
  const items = timeItems(input.pattern).map((item) => {
    const [least, most] = item.kind === "digits" ? [item.least, item.most] : [0, 0];
    const letter = item.letter === "" ? "0" : `'${item.letter}'`;
    const text = "text" in item ? sized(item.text) : "NULL, 0";
    return `{'${kinds[item.kind]}', ${letter}, ${least}, ${most}, ${text}}`;
  });
  return array("mr_item", `pattern${k}`, [...items, "{0, 0, 0, 0, NULL, 0}"]);
}
