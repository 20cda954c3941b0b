import type { JsonObject } from "@millrace/program";
import { countOf } from "#kernel";
import { diffSchemas, inferSchema, schemaToJson, schemaToText, updateSchema, weigh } from "#validate";
import type { Action } from "../command.ts";
import { numberOption, textOption, wordOption } from "../options.ts";
import { readStatistics } from "../read-statistics.ts";
import { editedText, readSchemaFile } from "../schema-files.ts";
import { writeText } from "../write-text.ts";

export const inferSchemaCommand: Action = async (context, source = "") => {
  const { options, terminal } = context;
  const maxStringDomainSize = numberOption(options, "maxDomain", { low: 0, high: 1_000_000 });
  const compat = compatOption(options);
  const update = textOption(options, "update");
  const out = textOption(options, "out");
  const statistics = await readStatistics(context, source);
  if (update !== undefined) {
    const file = await readSchemaFile(update);
    const schema = updateSchema(file.schema, statistics, { maxStringDomainSize, ...compat });
    const changes = diffSchemas(file.schema, schema);
    await writeText(out ?? update, [editedText(file, schema, out ?? update)]);
    terminal.result({ out: out ?? update, changes } as unknown as JsonObject, () =>
      changes.length === 0
        ? [`${source} keeps to ${update}; nothing was changed.`]
        : [...changes.map(({ where, kind, words }) => `${kind} ${where}: ${words}`), `Wrote ${out ?? update}.`],
    );
    return 0;
  }
  const schema = inferSchema(weigh(statistics), {
    maxStringDomainSize,
    inferFeatureShape: options.shape !== false,
    inferRanges: options.ranges === true,
    ...compat,
  });
  const json = schemaToJson(schema);
  const text = out?.endsWith(".json") === true ? `${JSON.stringify(json, null, 2)}\n` : schemaToText(schema);
  if (out !== undefined) await writeText(out, [text]);
  const features = schema.feature?.length ?? 0;
  terminal.result(out === undefined ? json : { out, features }, () =>
    out === undefined ? text.trimEnd().split("\n") : [`Wrote ${out}: a schema of ${countOf(features, "feature")}.`],
  );
  return 0;
};

/** `--compat tfdv`, the only word it knows. */
export function compatOption(options: Parameters<typeof textOption>[0]): { compat?: "tfdv" } {
  const typed = textOption(options, "compat");
  return typed === undefined ? {} : { compat: wordOption(typed, "--compat", ["tfdv"]) };
}
