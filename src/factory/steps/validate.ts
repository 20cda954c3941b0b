import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Frame } from "@millrace/program";
import { z } from "zod";
import {
  frameDigest,
  readFrame,
  readSnapshot,
  type SnapshotColumn,
  type SnapshotType,
  selectRows,
  typeTexts,
  writeFrame,
} from "#dataset";
import { digestFile, MillraceError } from "#kernel";
import { defineStep, type InputArtifact } from "#pipeline";
import {
  type Anomaly,
  anomalyTypes,
  assumptionSchema,
  type ControlDataset,
  checkAssumptions,
  checkRules,
  computeStatistics,
  type DatasetStatistics,
  expectsLists,
  findQuarantine,
  inferSchema,
  markQuarantine,
  type NestedFrame,
  nestFrame,
  type RuleContext,
  type RuleResult,
  ruleSchema,
  type Schema,
  schemaFromJson,
  schemaFromText,
  schemaToJson,
  schemaToText,
  validateDataset,
} from "#validate";
import { datasetArtifact, datasetFrame, datasetInfo } from "./dataset-artifact.ts";
import { previousControl } from "./previous-span.ts";

/** The schema that the data are held against: a file of the project, or inferred from these statistics. */
export const schemaStep = defineStep({
  module: import.meta.url,
  export: "schemaStep",
  name: "schema",
  version: 1,
  kind: "source",
  weight: "light",
  inputs: { statistics: { type: "statistics" } },
  outputs: { schema: { type: "schema" } },
  options: z.strictObject({ file: z.string().optional().describe("a .pbtxt or .json schema of the project") }),
  watermark: async ({ file }, { project }) =>
    file === undefined ? null : { [file]: await digestFile(join(project, file)) },
  async run(context, { statistics }, { file }) {
    const schema =
      file === undefined
        ? inferSchema(await statistics.json<DatasetStatistics>())
        : await readSchema(join(context.project, file));
    const text = new TextEncoder();
    return {
      schema: {
        files: {
          "schema.pbtxt": text.encode(schemaToText(schema)),
          "value.json": text.encode(JSON.stringify(schemaToJson(schema))),
        },
        properties: { features: schema.feature?.length ?? 0, from: file ?? "inferred" },
      },
    };
  },
});

/** Reads a schema file in text-proto or JSON form. */
export async function readSchema(path: string): Promise<Schema> {
  const text = await readFile(path, "utf8");
  return path.endsWith(".json") ? schemaFromJson(JSON.parse(text)) : schemaFromText(text);
}

const checks = {
  environment: z.string().optional().describe("environment of the schema"),
  rules: z.array(ruleSchema).default([]).describe("rules beyond the schema"),
  policy: z
    .record(z.string(), z.enum(["fail", "warn"]))
    .default({})
    .describe("per rule by its name"),
  severities: z.partialRecord(z.enum(anomalyTypes), z.enum(["ERROR", "WARNING"])).default({}),
  asOf: z.number().optional().describe("the moment from which age counts, in ms since 1970"),
  datasets: z
    .array(z.string())
    .default([])
    .describe("names of the data sets that rules refer to, in the input's order"),
  lists: z.boolean().default(false).describe("texts that are JSON lists or objects are held as such"),
};

const beside = { previous: { type: "previous-span" }, datasets: { type: "dataset", many: true } } as const;

/** What data are held against beside their schema: the span before, the other data sets, and the time. */
async function besides(
  { previous, datasets }: { readonly previous: InputArtifact; readonly datasets: readonly InputArtifact[] },
  { asOf, datasets: names }: { readonly asOf?: number | undefined; readonly datasets: readonly string[] },
): Promise<{ previous?: ControlDataset; rules: RuleContext }> {
  const control = await previousControl(previous);
  const frames: Record<string, Frame> = {};
  for (const [k, name] of names.entries()) frames[name] = await readFrame(await datasets[k]!.path("data.parquet"));
  return {
    ...(control && { previous: control }),
    rules: {
      datasets: frames,
      ...(asOf !== undefined && { asOf }),
      ...(control && { previousRows: control.statistics.rows }),
    },
  };
}

/** Anomalies of the data against the schema and rules, and whether the written assumptions hold. */
export const validateStep = defineStep({
  module: import.meta.url,
  export: "validateStep",
  name: "validate",
  version: 4,
  kind: "pure",
  weight: "light",
  inputs: { dataset: { type: "dataset" }, statistics: { type: "statistics" }, schema: { type: "schema" }, ...beside },
  outputs: { anomalies: { type: "anomalies" } },
  options: z.strictObject({
    assumptions: z.array(assumptionSchema).default([]),
    onAnomaly: z.enum(["block", "warn", "quarantine"]).default("block"),
    ...checks,
  }),
  async run(
    context,
    { dataset, statistics, schema, previous, datasets },
    { assumptions, onAnomaly, rules, policy, environment, severities, lists, ...more },
  ) {
    const held = schemaFromJson(await schema.json());
    const frame = await datasetFrame(dataset);
    const known = await besides({ previous, datasets }, more);
    const rows = lists ? nestFrame(frame, expectsLists(held)) : frame;
    const { anomalies, driftSkew } = validateDataset(asHeld(await statistics.json<DatasetStatistics>(), rows), held, {
      frame: rows,
      severities,
      ...(environment !== undefined && { environment }),
      ...(known.previous && { previous: known.previous }),
    });
    const results = (await checkRules(rules, frame, known.rules)).map((rule) => ({
      ...rule,
      policy: policy[rule.name] ?? "fail",
    }));
    const found = summary(anomalies, results);
    context.metric("anomalies", anomalies.length);
    context.metric("errors", found.errors.length);
    if (onAnomaly === "block") refuse(found.errors, "Mend the data, or change the schema if the data are right.");
    const value = {
      ok: found.errors.length === 0,
      anomalies,
      rules: results.map(({ rows: _, ...rule }) => rule),
      assumptions: checkAssumptions(assumptions, frame),
      driftSkew,
      schema: { content: schema.record.content, from: schema.record.properties.from ?? null },
      previous: known.previous === undefined ? null : await previous.json(),
    };
    return {
      anomalies: {
        value: JSON.parse(JSON.stringify(value)),
        properties: { anomalies: anomalies.length, errors: found.errors.length },
      },
    };
  },
});

/** What the schema takes for texts is described as such, though statistics were made of the lists that they write. */
function asHeld(statistics: DatasetStatistics, rows: NestedFrame): DatasetStatistics {
  const described = statistics.columns.map(({ name, path }) => path?.[0] ?? name);
  const texts = [...rows.columns].filter(
    ([name, { type }]) =>
      type === "string" &&
      described.includes(name) &&
      !statistics.columns.some((one) => one.name === name && one.type === "STRING" && one.totalValues === undefined),
  );
  if (texts.length === 0) return statistics;
  const names = new Set(texts.map(([name]) => name));
  const again = computeStatistics({ rows: rows.rows, columns: new Map(texts) });
  const kept = statistics.columns.filter(({ name, path }) => !names.has(path?.[0] ?? name));
  return { ...statistics, columns: [...kept, ...again.columns] };
}

/** Sets the rows that cause errors aside in a data set of their own, and stops the run where errors stand without them. */
export const quarantineStep = defineStep({
  module: import.meta.url,
  export: "quarantineStep",
  name: "quarantine",
  version: 3,
  kind: "pure",
  weight: "light",
  inputs: { dataset: { type: "dataset" }, schema: { type: "schema" }, anomalies: { type: "anomalies" }, ...beside },
  outputs: { dataset: { type: "dataset" }, quarantine: { type: "dataset" } },
  options: z.strictObject({
    ...checks,
    leftOut: z.array(z.string()).default([]).describe("columns without statistics, as the schema was made"),
  }),
  async run(
    context,
    { dataset, schema, anomalies, previous, datasets },
    { rules, policy, environment, severities, leftOut, lists, ...more },
  ) {
    const known = await besides({ previous, datasets }, more);
    const held = schemaFromJson(await schema.json());
    const { frame, patterns } = await readSnapshot(await dataset.path("data.parquet"));
    const { anomalies: found } = await anomalies.json<{ anomalies: readonly Anomaly[] }>();
    const broken = (await checkRules(rules, frame, known.rules)).filter(
      ({ name, verdict }) => verdict === "broken" && policy[name] !== "warn",
    );
    const nest = (rows: Frame) => (lists ? nestFrame(rows, expectsLists(held)) : rows);
    const set = findQuarantine(
      nest(frame),
      held,
      found,
      broken.map(({ name, rows = [] }) => ({ reason: `rule ${name}`, rows })),
    );
    context.metric("rows set aside", set.rows);
    const rest = selectRows(
      frame,
      set.mask.map((bad) => 1 - bad),
    );
    // A column that its worst values had made text is what it was meant to be once they are gone.
    const mistyped = found.filter(({ type }) => type === "UNEXPECTED_DATA_TYPE").map(({ feature }) => feature ?? "");
    const typed = typeTexts(rest, new Set(set.rows === 0 ? [] : mistyped));
    const clean = typed.frame;
    const described = new Map([...clean.columns].filter(([name]) => !leftOut.includes(name)));
    const left = validateDataset(computeStatistics(nest({ ...clean, columns: described })), held, {
      severities,
      ...(environment !== undefined && { environment }),
      ...(known.previous && { previous: known.previous }),
    });
    const leftRules = (await checkRules(rules, clean, known.rules)).map((rule) => ({
      ...rule,
      policy: policy[rule.name] ?? "fail",
    }));
    refuse(
      summary(left.anomalies, leftRules).errors,
      "No row alone is at fault: mend the data, or change the schema if the data are right.",
    );
    const info = await datasetInfo(dataset);
    const write = async (rows: Frame, name: string, patterns: ReadonlyMap<string, string>) => {
      const path = join(context.scratch, name);
      await writeFrame(rows, path, { patterns });
      const columns = [...rows.columns].map(([column, { type }]): SnapshotColumn => {
        const known = info.columns.find((one) => one.name === column);
        const pattern = patterns.get(column);
        if (known?.type === type) return known;
        return { name: column, type: type as SnapshotType, ...(pattern !== undefined && { pattern }) };
      });
      return datasetArtifact(path, { ...info, rows: rows.rows, columns, content: frameDigest(rows, patterns) });
    };
    return {
      dataset: await write(clean, "data.parquet", new Map([...patterns, ...typed.patterns])),
      quarantine: await write(markQuarantine(selectRows(frame, set.mask), set), "quarantine.parquet", patterns),
    };
  },
});

interface Fault {
  readonly feature: string | null;
  readonly type: string;
  readonly short: string;
  readonly long: string;
}

function summary(
  anomalies: readonly Anomaly[],
  rules: readonly (RuleResult & { readonly policy: "fail" | "warn" })[],
): { errors: Fault[] } {
  const broken = rules
    .filter(({ verdict, policy }) => verdict === "broken" && policy === "fail")
    .map(
      ({ name, rule, evidence }): Fault => ({ feature: `rule ${name}`, type: rule, short: evidence, long: evidence }),
    );
  return { errors: [...anomalies.filter(({ severity }) => severity === "ERROR"), ...broken] };
}

function refuse(errors: readonly Fault[], next: string): void {
  if (errors.length === 0) return;
  const first = errors.slice(0, 3).map(({ feature, short }) => `${feature ?? "data set"}: ${short.replace(/\.$/, "")}`);
  throw new MillraceError("FACTORY_DATA_INVALID", {
    message: `The data do not match the schema: ${first.join("; ")}${errors.length > 3 ? ` and ${errors.length - 3} more` : ""}.`,
    next,
    facts: { anomalies: errors.map(({ feature, type, long }) => ({ feature, type, long })) },
  });
}
