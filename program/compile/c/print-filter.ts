import type { Lowered, LoweredInput } from "../model.ts";
import { csvCell } from "../printing/names.ts";
import { timeItems } from "../printing/time-items.ts";
import { quoted, sized } from "./literals.ts";
import { array } from "./print-tables.ts";

const kinds = { literal: "l", oneOf: "c", names: "n", digits: "d", space: "s", offset: "z" } as const;

/** What the runtime's filter needs to know of the model, and `main`. */
export function printFilter({ program, inputs }: Lowered, prefix: string): string[] {
  const { task, classes = [] } = program.outputs;
  const each = task === "multiclass" ? classes : [];
  const header = ["prediction", "score", ...each.map((name) => `score_${name}`)].map(csvCell).join(",");
  const cells = classes.map((name) => `{${sized(csvCell(name))}}`);
  return [
    ...inputs.flatMap(patternTable),
    ...inputs.flatMap(({ input: { width } }, k) =>
      width === undefined ? [] : [`static double numbers${k}[${width}];`],
    ),
    ...array(
      "mr_reader",
      "readers",
      inputs.length === 0 ? ["{NULL, 0, 0, 0, NULL, NULL, NULL, 0, NULL, 0}"] : inputs.map(reader),
    ),
    `static const mr_text header = {${sized(`${header}\n`)}};`,
    `static size_t columns[${Math.max(1, inputs.length)}];`,
    "static mr_row row;",
    "static mr_result result;",
    ...(task === "regression" ? [] : array("mr_text", "cells", cells)),
    "",
    "static void score_row(const char *bytes) {",
    "  (void)bytes;",
    `  ${prefix}_score(&row, &result);`,
    "  if (result.score != result.score) {",
    `    fputs(${quoted(`${",".repeat(1 + each.length)}\n`)}, stdout);`,
    "    return;",
    "  }",
    task === "regression" ? "  mr_print_number(result.score);" : "  mr_print_text(cells[result.prediction]);",
    "  putc(',', stdout);",
    "  mr_print_number(result.score);",
    ...(each.length === 0 ? [] : printEach(each.length)),
    "  putc('\\n', stdout);",
    "}",
    "",
    "int main(void) {",
    `  return mr_filter(readers, ${inputs.length}, columns, (char *)&row, header, score_row);`,
    "}",
  ];
}

function printEach(classes: number): string[] {
  return [
    `  for (size_t k = 0; k < ${classes}; k++) {`,
    "    putc(',', stdout);",
    "    mr_print_number(result.scores[k]);",
    "  }",
  ];
}

function reader({ input }: LoweredInput, k: number): string {
  const shown = quoted(JSON.stringify(input.name));
  const reason =
    input.pattern === undefined ? "is not an ISO 8601 date or time" : `is not a time of the pattern ${input.pattern}`;
  const time = input.type === "timestamp";
  const pattern = input.pattern === undefined ? "NULL" : `pattern${k}`;
  const kind = input.type === "strings" ? "l" : input.type[0];
  const numbers = input.width === undefined ? "NULL, 0" : `numbers${k}, ${input.width}`;
  const head = `${shown}, '${kind}', ${input.missingAllowed ? 1 : 0}, offsetof(mr_row, x${k})`;
  return `{${head}, ${pattern}, ${time ? quoted(reason) : "NULL"}, ${sized(input.name)}, ${numbers}}`;
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
