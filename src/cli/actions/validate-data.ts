import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Frame, JsonObject } from "@millrace/program";
import { exportText, type LoadedSource, selectRows, writeFrame } from "#dataset";
import { countOf, systemClock } from "#kernel";
import {
  type Anomaly,
  type Contract,
  type ControlDataset,
  checkRules,
  computeStatistics,
  contractRules,
  diffSchemas,
  findQuarantine,
  markQuarantine,
  type NestedFrame,
  nestFrame,
  readContract,
  type Schema,
  unmarkQuarantine,
  updateSchema,
  type Validation,
  validateDataset,
} from "#validate";
import type { Action, ActionContext } from "../command.ts";
import { optionInvalid, textOption, timeOption } from "../options.ts";
import { readFrameOf, readLoaded, sourceOf, withPlace } from "../read-data.ts";
import { isStatisticsFile, statisticsAlone } from "../read-statistics.ts";
import { editedText, readSchemaFile, readTextFile, type SchemaFile } from "../schema-files.ts";
import { anomalyLines, type JudgedRule, ruleLines, verdictLine } from "../show-validation.ts";
import { writeText } from "../write-text.ts";
import { compatOption } from "./infer-schema.ts";

export const validate: Action = async (context, source = "") => {
  const { options, terminal } = context;
  const compat = compatOption(options);
  const asOf = timeOption(options, "asOf") ?? systemClock.nowMs();
  const { contract, file } = await readPromise(options);
  const environment = textOption(options, "environment") ?? contract?.environment;
  const alone = await statisticsAlone(context, source);
  if (alone !== undefined) refuseRowOptions(options, source);
  const read = alone === undefined ? await readLoaded(context, sourceOf(source, options)) : undefined;
  const frame = read && unmarkQuarantine(read.frame);
  const schema: Schema = file?.schema ?? {};
  const nest = nesterOf(schema);
  const nested = frame && nest(frame, read!.format);
  const statistics = alone ?? computeStatistics(nested!);
  const previous = await controlOf(context, "previous", nest);
  const previousVersion = await controlOf(context, "previousVersion", nest);
  const serving = await controlOf(context, "serving", nest);
  const settings = {
    ...(environment === undefined ? {} : { environment }),
    ...(previous && { previous }),
    ...(previousVersion && { previousVersion }),
    ...(serving && { serving }),
    ...(contract && { severities: contract.severities }),
    ...compat,
  };
  // A contract without a schema promises nothing of columns.
  const judge = (rows: Frame | undefined, held: Schema): Validation =>
    file === undefined
      ? { ok: true, anomalies: [], driftSkew: [] }
      : validateDataset(
          rows === undefined || rows === frame ? statistics : computeStatistics(nest(rows, read!.format)),
          held,
          {
            ...(rows && { frame: rows === frame ? nested! : nest(rows, read!.format) }),
            ...settings,
          },
        );
  const judgeRules = async (rows: Frame | undefined) =>
    contract === undefined
      ? []
      : rows === undefined
        ? untoldRules(contract)
        : rulesOf(context, contract, rows, { asOf, previousRows: previous?.statistics.rows });

  let found = judge(frame, schema);
  const accepted = file === undefined ? undefined : await accept(context, file, found, statistics, environment);
  if (accepted !== undefined && accepted.changes.length > 0) found = judge(frame, accepted.schema);
  let rules = await judgeRules(frame);
  const setAside =
    read && (await quarantine(context, frame!, nest, read, accepted?.schema ?? schema, found.anomalies, rules));
  const named = { anomalies: found.anomalies, rules };
  if (setAside !== undefined && setAside.rows > 0) {
    found = judge(setAside.clean, accepted?.schema ?? schema);
    rules = await judgeRules(setAside.clean);
  }
  const brokenRule = ({ verdict, severity }: JudgedRule) => verdict === "broken" && severity === "ERROR";
  const ok = found.ok && !rules.some(brokenRule);
  const shownRules = named.rules.map(({ rows: _, ...rule }) => rule);
  const result = {
    ok,
    anomalies: named.anomalies,
    driftSkew: found.driftSkew,
    ...(contract && { contract: { name: contract.name, owner: contract.owner }, rules: shownRules }),
    ...(accepted && { accepted: { changes: accepted.changes, ...(accepted.out && { out: accepted.out }) } }),
    ...(setAside && { quarantined: { rows: setAside.rows, ...setAside.files } }),
  };
  terminal.result(JSON.parse(JSON.stringify(result)) as JsonObject, () => [
    ...named.anomalies.flatMap(anomalyLines),
    ...shownRules.flatMap(ruleLines),
    ...(accepted?.changes ?? []).map(
      ({ where, kind, words }) =>
        `${accepted?.out === undefined ? "would change" : "accepted"}: ${kind} ${where}: ${words}`,
    ),
    ...(setAside === undefined
      ? []
      : [
          `${setAside.rows} of ${countOf(statistics.rows, "row")} set aside${setAside.files.quarantine === undefined ? "" : ` in ${setAside.files.quarantine}`}.`,
        ]),
    verdictLine(
      (setAside?.rows ?? 0) > 0 ? `The rest of ${source}` : source,
      setAside?.clean.rows ?? statistics.rows,
      ok,
      found,
      rules,
      contract,
    ),
  ]);
  return ok ? 0 : 4;
};

async function readPromise(options: ActionContext["options"]): Promise<{ contract?: Contract; file?: SchemaFile }> {
  const path = textOption(options, "contract");
  const typed = textOption(options, "schema");
  if (path === undefined && typed === undefined)
    throw optionInvalid("Neither --schema nor --contract was given.", "Name a schema: --schema schema.pbtxt");
  const next = "Correct the path, or write a contract as docs/how-to/validate-data.md shows.";
  const contract = path === undefined ? undefined : readContract(await readTextFile(path, "The contract", next));
  const beside = (name: string) => resolve(dirname(path ?? "."), name);
  const from = typed ?? (contract?.schema === undefined ? undefined : beside(contract.schema));
  return {
    ...(contract && {
      contract: {
        ...contract,
        datasets: Object.fromEntries(Object.entries(contract.datasets).map(([name, file]) => [name, beside(file)])),
      },
    }),
    ...(from !== undefined && { file: await readSchemaFile(from) }),
  };
}

async function controlOf(context: ActionContext, name: string, nest: Nester): Promise<ControlDataset | undefined> {
  const path = textOption(context.options, name);
  if (path === undefined) return undefined;
  const statistics = await statisticsAlone(context, path);
  if (statistics !== undefined) return { statistics };
  const { frame, format } = await readLoaded(context, sourceOf(path, context.options));
  return { frame, statistics: computeStatistics(nest(frame, format)) };
}

type Nester = (frame: Frame, format: string) => NestedFrame;

/** Reads the JSON texts of columns that a schema expects to hold lists or structures as such. */
function nesterOf({ feature = [] }: Schema): Nester {
  const names = feature
    .filter(
      ({ type, valueCount, valueCounts }) =>
        valueCounts !== undefined || type === "STRUCT" || (valueCount !== undefined && valueCount.max !== 1),
    )
    .map(({ name }) => name);
  return (frame, format) =>
    ["jsonl", "json", "parquet"].includes(format) ? nestFrame(frame, (name) => names.includes(name)) : frame;
}

/** Without rows there is nothing to quarantine. */
function refuseRowOptions(options: ActionContext["options"], source: string): void {
  const asked = ["quarantine", "clean"].find((name) => textOption(options, name) !== undefined);
  if (asked === undefined) return;
  throw optionInvalid(
    isStatisticsFile(source)
      ? `${source} holds statistics, and --${asked} sets rows aside.`
      : `${source} is too large to hold within --memory, and --${asked} sets rows aside.`,
    isStatisticsFile(source)
      ? `Name the data instead of their statistics.`
      : `Leave --${asked} out, or raise --memory.`,
  );
}

/** Rules look at rows; where there are only statistics they cannot be told. */
function untoldRules(contract: Contract): JudgedRule[] {
  return contractRules(contract).map(({ name, rule }) => ({
    name,
    rule,
    verdict: "untold",
    evidence: "Only statistics were read, and a rule is about rows.",
    severity: contract.policy[name] === "warn" ? "WARNING" : "ERROR",
  }));
}

async function rulesOf(
  context: ActionContext,
  contract: Contract,
  frame: Frame,
  { asOf, previousRows }: { readonly asOf: number; readonly previousRows: number | undefined },
): Promise<JudgedRule[]> {
  const datasets: Record<string, Frame> = {};
  for (const [name, path] of Object.entries(contract.datasets))
    datasets[name] = await readFrameOf(context, { kind: "file", path });
  const results = await checkRules(contractRules(contract), frame, {
    datasets,
    asOf,
    ...(previousRows !== undefined && { previousRows }),
  });
  return results.map((result) => ({
    ...result,
    severity: contract.policy[result.name] === "warn" ? "WARNING" : "ERROR",
  }));
}

async function accept(
  { options }: ActionContext,
  file: SchemaFile,
  { anomalies }: Validation,
  statistics: ReturnType<typeof computeStatistics>,
  environment: string | undefined,
) {
  if (options.accept === undefined) return undefined;
  const typed = options.accept === true ? "all" : String(options.accept);
  const names = typed.split(",").map((one) => one.trim());
  const matches = ({ feature, type }: Anomaly, name: string) =>
    name === "all" || name === feature || name === `${feature ?? ""}:${type}` || name === type;
  const unmatched = names.find((name) => name !== "all" && !anomalies.some((anomaly) => matches(anomaly, name)));
  if (unmatched !== undefined)
    throw optionInvalid(
      `--accept names "${unmatched.slice(0, 80)}", and no anomaly is of that feature or type.`,
      anomalies.length === 0
        ? "Leave --accept away: there is no anomaly."
        : `Name one of: ${anomalies
            .slice(0, 10)
            .map(({ feature, type }) => `${feature ?? ""}:${type}`)
            .join(", ")}`,
    );
  const wanted = anomalies.filter((anomaly) => names.some((name) => matches(anomaly, name)));
  const schema = updateSchema(file.schema, statistics, {
    anomalies: wanted,
    ...(environment === undefined ? {} : { environment }),
  });
  const changes = diffSchemas(file.schema, schema);
  if (options.dryRun === true || changes.length === 0) return { schema: file.schema, changes };
  await writeText(file.path, [editedText(file, schema)]);
  return { schema, changes, out: file.path };
}

async function quarantine(
  { options }: ActionContext,
  frame: Frame,
  nest: Nester,
  { patterns, format }: LoadedSource,
  schema: Schema,
  anomalies: readonly Anomaly[],
  rules: readonly JudgedRule[],
) {
  const [out, cleanOut] = [textOption(options, "quarantine"), textOption(options, "clean")];
  if (out === undefined && cleanOut === undefined) return undefined;
  const faulty = rules
    .filter(({ verdict, severity }) => verdict === "broken" && severity === "ERROR")
    .map(({ name, rows = [] }) => ({ reason: `rule ${name}`, rows }));
  const found = findQuarantine(nest(frame, format), schema, anomalies, faulty);
  const clean = selectRows(
    frame,
    found.mask.map((bad) => 1 - bad),
  );
  if (out !== undefined) await writeRows(markQuarantine(selectRows(frame, found.mask), found), out, patterns);
  if (cleanOut !== undefined) await writeRows(clean, cleanOut, patterns);
  return { rows: found.rows, clean, files: { ...(out && { quarantine: out }), ...(cleanOut && { clean: cleanOut }) } };
}

/** Rows as a .csv or .parquet file, texts as they were read. */
async function writeRows(frame: Frame, out: string, patterns: ReadonlyMap<string, string>): Promise<void> {
  if (out.endsWith(".parquet")) return writeFrame(frame, resolve(out), { patterns });
  const folder = await mkdtemp(join(tmpdir(), "millrace-"));
  try {
    const path = join(folder, "rows.parquet");
    await writeFrame(frame, path, { patterns });
    await withPlace((place) => exportText({ kind: "file", path }, out, place));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
