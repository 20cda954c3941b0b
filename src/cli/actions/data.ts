import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { JsonObject } from "@millrace/program";
import { assignSplits, exportText, inspectSource, type SplitOptions, selectRows, writeFrame } from "#dataset";
import { readSchema } from "#factory";
import { isMillraceError, MillraceError } from "#kernel";
import {
  type Anomaly,
  compareWindows,
  computeStatistics,
  type DriftReport,
  driftTests,
  inferSchema,
  type Schema,
  schemaToJson,
  schemaToText,
  validateStatistics,
} from "#validate";
import type { Action } from "../command.ts";
import { listOption, numberOption, optionInvalid, textOption, wordOption } from "../options.ts";
import { patternsOf, readData, sourceOf, withPlace } from "../read-data.ts";
import { isStatisticsFile, readStatistics } from "../read-statistics.ts";
import { table } from "../table.ts";
import { writeText } from "../write-text.ts";

const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as JsonObject;

export const inspect: Action = async (context, source = "") => {
  const found = await withPlace((place) => inspectSource(sourceOf(source, context.options), place));
  context.terminal.result(plain(found), () => [
    `${found.files.map(({ path }) => path).join(", ")}: ${[found.format, found.encoding, found.delimiter === null ? null : `delimiter ${JSON.stringify(found.delimiter)}`].filter((one) => one !== null).join(", ")}; ${found.rows} rows, ${found.columns.length} columns`,
    "",
    ...table(
      found.columns.map(({ name, type, pattern, missing, examples }) => [
        name,
        pattern === undefined ? type : `${type} ${pattern}`,
        missing,
        examples.join(" · "),
      ]),
      { header: ["column", "type", "missing", "examples"] },
    ),
    ...found.problems.flatMap(({ message, next }) => ["", `! ${message}`, `  ${next}`]),
  ]);
  return 0;
};

export const ingestCommand: Action = async (context, source = "") => {
  const out = textOption(context.options, "out") ?? "";
  const written = await withPlace((place) => exportText(sourceOf(source, context.options), out, place));
  context.terminal.result({ out, ...written }, () => [
    `Wrote ${out}: ${written.rows} rows, ${written.columns} columns.`,
  ]);
  return 0;
};

export const inferSchemaCommand: Action = async (context, source = "") => {
  const statistics = isStatisticsFile(source)
    ? await readStatistics(context, source)
    : computeStatistics((await readData(context, sourceOf(source, context.options))).frame);
  const schema = inferSchema(statistics);
  const out = textOption(context.options, "out");
  const json = schemaToJson(schema);
  const text = out?.endsWith(".json") === true ? `${JSON.stringify(json, null, 2)}\n` : schemaToText(schema);
  if (out !== undefined) await writeText(out, [text]);
  const features = schema.feature?.length ?? 0;
  context.terminal.result(out === undefined ? plain(json) : { out, features }, () =>
    out === undefined ? text.trimEnd().split("\n") : [`Wrote ${out}: a schema of ${features} features.`],
  );
  return 0;
};

export const validate: Action = async (context, source = "") => {
  const schema = await readSchemaFile(textOption(context.options, "schema") ?? "");
  const environment = textOption(context.options, "environment");
  const { frame } = await readData(context, sourceOf(source, context.options));
  const statistics = computeStatistics(frame);
  const anomalies = validateStatistics(statistics, schema, {
    frame,
    ...(environment === undefined ? {} : { environment }),
  });
  const ok = !anomalies.some(({ severity }) => severity === "ERROR");
  context.terminal.result(plain({ ok, anomalies, driftSkew: [] }), () => [
    ...anomalies.flatMap(anomalyLines),
    ok
      ? `${source} keeps to the schema (${frame.rows} rows, ${schema.feature?.length ?? 0} features).`
      : `${anomalies.length} anomalies in ${frame.rows} rows.`,
  ]);
  return ok ? 0 : 4;
};

async function readSchemaFile(path: string): Promise<Schema> {
  try {
    return await readSchema(path);
  } catch (error) {
    if (isMillraceError(error)) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== undefined)
      throw new MillraceError("KERNEL_FILE_MISSING", {
        message: `The schema ${path} cannot be read (${code}).`,
        next: "Correct the path, or infer a schema: millrace data infer-schema DATA --out schema.pbtxt",
        facts: { path },
      });
    throw new MillraceError("KERNEL_JSON_INVALID", {
      message: `The schema ${path} is no JSON: ${(error as Error).message}.`,
      next: "Correct the file; a schema in text form is named .pbtxt.",
      facts: { path },
    });
  }
}

function anomalyLines({ feature, severity, short, long, examples, offendingRows, suggestion }: Anomaly): string[] {
  const rows = (examples ?? []).map(({ row, value }) => `${row} (${value === null ? "missing" : String(value)})`);
  const more = (offendingRows ?? 0) > rows.length ? `, … ${offendingRows} in all` : "";
  return [
    `${severity === "ERROR" ? "✗" : "!"} ${feature ?? "data set"}: ${short}`,
    ...(long === "" || long === short ? [] : [`    ${long}`]),
    ...(rows.length === 0 ? [] : [`    rows ${rows.slice(0, 5).join(", ")}${more}`]),
    ...(suggestion === undefined ? [] : [`    ${suggestion}`]),
  ];
}

export const drift: Action = async (context, reference = "", current = "") => {
  const { options } = context;
  const test = wordOption(textOption(options, "test") ?? "auto", "--test", ["auto", ...Object.keys(driftTests)]);
  const columns = listOption(options, "columns");
  const first = await readData(context, sourceOf(reference, options));
  const second = await readData(context, sourceOf(current, options));
  const report = compareWindows(first.frame, second.frame, {
    tests: [test],
    ...(columns.length === 0 ? {} : { columns: [...columns] }),
  });
  context.terminal.result(plain(report), () => driftLines(report));
  return report.drifted && options.failOnDrift === true ? 9 : 0;
};

function driftLines({ columns, share, drifted, rows }: DriftReport): string[] {
  const figure = (value: number | null) => (value === null ? "–" : String(Number(value.toPrecision(3))));
  const sorted = columns.toSorted((a, b) => Number(b.drifted) - Number(a.drifted));
  return [
    ...table(
      sorted.map((one) => [one.name, one.test, figure(one.value), figure(one.threshold), one.drifted ? "drifted" : ""]),
      { header: ["column", "test", "value", "threshold", ""] },
    ),
    "",
    `${drifted ? "Drift found" : "No drift"}: ${Math.round(share * 100)} % of the columns (${rows.reference} rows against ${rows.current}).`,
  ];
}

export const split: Action = async (context, source = "") => {
  const { options } = context;
  const out = textOption(options, "out") ?? "";
  const columns = Object.fromEntries(
    ["time", "group", "target"].flatMap((name) => {
      const column = textOption(options, name);
      return column === undefined ? [] : [[name, column]];
    }),
  );
  const wanted: SplitOptions = {
    strategy: wordOption(textOption(options, "strategy") ?? "random", "--strategy", [
      "random",
      "stratified",
      "group",
      "time",
    ]),
    fractions: fractionsOf(textOption(options, "fractions") ?? ""),
    seed: numberOption(options, "seed", { low: 0, high: Number.MAX_SAFE_INTEGER }),
    ...columns,
  };
  const { frame, info } = await readData(context, sourceOf(source, options));
  const { codes, report } = assignSplits(frame, wanted);
  const files: Record<string, string> = {};
  await makeFolder(out);
  for (const [code, name] of (["train", "validation", "test"] as const).entries()) {
    const mask = codes.map((one) => (one === code ? 1 : 0));
    if (!mask.includes(1)) continue;
    files[name] = join(out, `${name}.parquet`);
    await writeFrame(selectRows(frame, mask), resolve(out, `${name}.parquet`), { patterns: patternsOf(info) });
  }
  const counts = report.rows as Record<string, number>;
  context.terminal.result({ ...report, files }, () =>
    table(
      Object.entries(counts).map(([name, rows]) => [name, rows, String(files[name] ?? "")]),
      { header: ["split", "rows", "file"] },
    ),
  );
  return 0;
};

function fractionsOf(typed: string): { train: number; validation: number; test: number } {
  const [train, validation, test, ...more] = typed.split(",").map(Number);
  const shares = [train, validation, test].filter((one): one is number => one !== undefined && one >= 0 && one <= 1);
  if (shares.length === 3 && more.length === 0 && Math.abs(shares[0]! + shares[1]! + shares[2]! - 1) < 1e-9)
    return { train: shares[0]!, validation: shares[1]!, test: shares[2]! };
  throw optionInvalid(
    `--fractions is "${typed.slice(0, 80)}"; it must be three shares that add up to 1.`,
    "Write train, validation and test, like --fractions 0.7,0.15,0.15.",
  );
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new MillraceError("KERNEL_FOLDER_READ_ONLY", {
      message: `The folder ${folder} cannot be made (${(error as NodeJS.ErrnoException).code}).`,
      next: "Choose another place with --out, or give yourself the right to write there.",
      facts: { path: folder },
      cause: error,
    });
  }
}
