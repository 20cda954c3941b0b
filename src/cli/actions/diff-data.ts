import type { JsonObject } from "@millrace/program";
import { countOf } from "#kernel";
import { type DatasetDifference, diffDatasets, diffSchemas } from "#validate";
import { readChosen } from "../choose-rows.ts";
import type { Action } from "../command.ts";
import { listOption } from "../options.ts";
import { readSchemaFile } from "../schema-files.ts";
import { table } from "../table.ts";

const isSchema = (path: string) => /\.(pbtxt|textproto|json)$/.test(path);

export const diff: Action = async (context, before = "", after = "") => {
  const { terminal, options } = context;
  if (isSchema(before) && isSchema(after)) {
    const changes = diffSchemas((await readSchemaFile(before)).schema, (await readSchemaFile(after)).schema);
    terminal.result({ same: changes.length === 0, changes } as unknown as JsonObject, () =>
      changes.length === 0
        ? [`${before} and ${after} say the same.`]
        : changes.map(({ where, kind, words }) => `${kind} ${where}: ${words}`),
    );
    return 0;
  }
  const { frame: first } = await readChosen(context, before);
  const { frame: second } = await readChosen(context, after);
  const found = diffDatasets(first, second, listOption(options, "key"));
  terminal.result(JSON.parse(JSON.stringify(found)) as JsonObject, () => lines(found));
  return 0;
};

function lines({ rows, columns, keyed }: DatasetDifference): string[] {
  const shown = (value: unknown) => (value === null ? "missing" : String(value));
  const first = (examples: readonly string[]) => (examples.length === 0 ? "" : ` (${examples.join(" · ")})`);
  return [
    `rows: ${rows.before} → ${rows.after}`,
    ...columns.added.map((name) => `added column ${name}`),
    ...columns.removed.map((name) => `removed column ${name}`),
    ...columns.retyped.map((one) => `changed column ${one.name}: ${one.before} → ${one.after}`),
    ...(keyed === undefined
      ? ["Name the columns that tell rows apart with --key to see which rows changed."]
      : [
          `by ${keyed.key.join(", ")}: ${countOf(keyed.added, "row")} added${first(keyed.addedExamples)}, ${keyed.removed} removed${first(keyed.removedExamples)}, ${keyed.changed} changed, ${keyed.same} the same`,
          ...(keyed.byColumn.length === 0
            ? []
            : table(
                keyed.byColumn.map(({ name, rows: count, examples }) => [
                  name,
                  count,
                  examples.map((one) => `${one.key}: ${shown(one.before)} → ${shown(one.after)}`).join(" · "),
                ]),
                { header: ["column", "rows", "for example"], widest: 100 },
              )),
        ]),
  ];
}
