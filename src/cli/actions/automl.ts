import { basename } from "node:path";
import type { Frame, JsonObject } from "@millrace/program";
import { writeModelFile } from "@millrace/program/write";
import { assignSplits, type SplitOptions, selectRows } from "#dataset";
import { backgroundRows, metricNamed, metricNames } from "#evaluate";
import { type Proposal, proposeProblem } from "#factory";
import { knownNames, MillraceError } from "#kernel";
import { type AutomlRequest, networkCost, readTargetAs, screenFeatures, seriesScale } from "#learn";
import { goldenParity, runtimeHere } from "#package";
import { type ColumnEmbedding, graftEmbedding, graftImages, type ImageFeatures, imageColumns } from "#transform";
import type { Action, ActionContext } from "../command.ts";
import { numberOption, optionInvalid, textOption, wordOption } from "../options.ts";
import { embeddedColumns, imagesToLearn, isFolder } from "../read/image-folder.ts";
import { numbersAmongNulls } from "../read/null-texts.ts";
import { patternsOf, readQuietly, sourceOf, warnOfProblems } from "../read/read-data.ts";
import { budgetOf } from "../search/automl-budget.ts";
import { describeSearch } from "../search/describe-search.ts";
import { asksForecast, forecastOf } from "../search/forecast-options.ts";
import { judgeHeldOut, judgingSeconds, unheld } from "../search/judge-held-out.ts";
import { needsCalibration, outputsOf } from "../search/output-options.ts";
import { requireRowsAndColumns } from "../search/require-rows-and-columns.ts";
import { search } from "../search/run-search.ts";
import { foldsOf, holdoutOf, searchOptions } from "../search/search-options.ts";
import { startingPlans } from "../search/trials-file.ts";
import { writeText } from "../show/write-text.ts";
import { automlRank } from "./automl-rank.ts";

export const automlCommand: Action = async (context, data = "") => {
  const { options, terminal } = context;
  if (textOption(options, "task") === "rank") return automlRank(context, data);
  const target = textOption(options, "target") ?? "";
  const seed = numberOption(options, "seed", { low: 0, high: Number.MAX_SAFE_INTEGER });
  const budget = budgetOf(options);
  const images = isFolder(data) ? await imagesToLearn(context, data, target) : undefined;
  const { info, ...read } = images ?? (await readQuietly(context, sourceOf(data, options)));
  const { frame: raw, changed } = numbersAmongNulls(read.frame);
  warnOfProblems(context, info, new Set(changed.keys()));
  for (const [name, texts] of changed)
    terminal.say(
      `"${name}" is read as numbers; ${texts.map((text) => JSON.stringify(text)).join(", ")} counts as missing.`,
    );
  const embedded = images === undefined ? await embeddedColumns(context, raw) : undefined;
  const frame = embedded?.frame ?? raw;
  const columns = rolesOf(context, frame);
  const proposal = withTask(
    proposeProblem(frame, info.columns, target),
    asksForecast(options) ? "regression" : textOption(options, "task"),
  );
  const task = proposal.task.value;
  const metric = metricOf(
    textOption(options, "metric") ?? (asksForecast(options) ? "maeError" : proposal.metric.value),
    task,
  );
  requireRowsAndColumns(frame, target, asksForecast(options) ? undefined : Object.values(columns));
  const folds = foldsOf(options, columns.time);
  const outputs = outputsOf(options);
  // Folds judge by themselves; rows that only calibrate an output must be set aside all the same.
  const validate = folds === 0 || needsCalibration(outputs);
  const parts = splitParts(frame, splitOf(proposal, columns, seed, target, holdoutOf(options), validate));
  // An image that tells the answer is no leak, so its numbers are not screened one by one.
  const screened =
    images === undefined
      ? {}
      : {
          guardrails: screenFeatures(parts.train, {
            target,
            task,
            seed,
            leftOut: [...parts.train.columns.keys()].filter((name) => name !== target),
            ...(validate ? { test: parts.validation } : {}),
            ...(proposal.positive === undefined ? {} : { positive: proposal.positive.value }),
          }),
        };
  const earlier = textOption(options, "warmStart");
  const request: AutomlRequest = {
    ...(earlier === undefined ? {} : { warmStart: startingPlans(earlier, metric) }),
    task,
    target,
    metric,
    seed,
    folds,
    train: parts.train,
    ...(validate ? { validation: parts.validation } : {}),
    ...screened,
    ...searchOptions(options),
    leftOut: columns.group === undefined ? [] : [columns.group],
    patterns: Object.fromEntries(patternsOf(info)),
    ...(proposal.positive === undefined ? {} : { positive: proposal.positive.value }),
    ...columns,
    ...outputs,
    networks: networksOf(images?.features, embedded?.embedding),
    ...forecastOf(options, [parts.validation, parts.test]),
  };
  const out = textOption(options, "out");
  const searched = await search(context, request, budget, {
    content: embedded === undefined ? info.content : `${info.content} ${embedded.embedding.node.attributes.digest}`,
    out,
    judging: { rows: parts.test.rows, seconds: judgingSeconds(parts.test.rows) },
  });
  const judged =
    parts.test.rows === 0
      ? unheld(searched)
      : judgeHeldOut(searched, parts, { target, metric, seed, weight: columns.weight });
  const result = {
    ...searched,
    ...(images === undefined ? {} : graftImages(searched.program, searched.tensors, images.features)),
    ...(embedded === undefined ? {} : graftEmbedding(searched, embedded.embedding)),
  };
  const seconds = performance.now() / 1000;
  const facts = { task, target, metric, ...judged, trials: result.trials, seed, rows: frame.rows };
  if (out !== undefined) {
    const { program, tensors } = result;
    const series = [parts.train, ...(validate ? [parts.validation] : [])].map((part) => ({
      time: columns.time === undefined ? undefined : part.columns.get(columns.time),
      values: task === "regression" ? readTargetAs(part, target, task, undefined).values : new Float64Array(),
    }));
    const naive = task === "regression" ? seriesScale(series) : null;
    const background = options.explanations === true ? backgroundRows(result, parts.train, seed) : null;
    const card = {
      model: basename(out, ".millrace"),
      version: null,
      ...facts,
      data: [{ content: info.content }],
      ...(naive === null ? {} : { naive }),
      ...(background === null ? {} : { background }),
    };
    await writeText(out, [
      writeModelFile({
        program,
        tensors,
        card: plain(card),
        parity: { ...goldenParity(program, tensors), runtime: await runtimeHere(program) },
        producer: "millrace 0.1.0",
      }),
    ]);
  }
  const { leaderboard, reasons, advice, ended, passedOver } = result;
  const { guardrails } = result.guardrails;
  const told = {
    model: out ?? null,
    ...facts,
    ended,
    passedOver,
    folds,
    leaderboard,
    guardrails,
    reasons,
    advice,
    seconds,
  };
  terminal.result(plain(told), () => describeSearch(result, { metric, judged, held: parts.test.rows, out }));
  return 0;
};

/** What the networks of `--embedding` make, and what they cost each model that reads it. */
function networksOf(
  images: ImageFeatures | undefined,
  columns: ColumnEmbedding | undefined,
): AutomlRequest["networks"] {
  if (columns !== undefined) return [{ columns: [...columns.names], ...networkCost(columns.graph) }];
  if (images?.graph === undefined) return [];
  return [{ columns: imageColumns(images), ...networkCost(images.graph) }];
}

interface Roles {
  readonly time?: string;
  readonly group?: string;
  readonly weight?: string;
}

function rolesOf({ options }: ActionContext, frame: Frame): Roles {
  const [time, group, weight] = ["time", "group", "weight"].map((name) => textOption(options, name));
  if (time !== undefined && group !== undefined)
    throw optionInvalid("--time and --group ask for two different splits.", "Give the one that matters more.");
  const target = textOption(options, "target");
  if (weight !== undefined && [target, time, group].includes(weight))
    throw optionInvalid(
      `--weight is "${weight.slice(0, 80)}", which is ${weight === target ? "what is predicted" : "the split's column"}.`,
      "Name the column that says how much a row counts.",
    );
  for (const name of [time, group, weight])
    if (name !== undefined && !frame.columns.has(name))
      throw new MillraceError("FACTORY_COLUMN_UNKNOWN", {
        message: `There is no column "${name.slice(0, 80)}": ${knownNames(name.slice(0, 80), [...frame.columns.keys()])}.`,
        next: "Name one of these columns.",
        facts: { column: name },
      });
  return {
    ...(time === undefined ? {} : { time }),
    ...(group === undefined ? {} : { group }),
    ...(weight === undefined ? {} : { weight }),
  };
}

function withTask(proposal: Proposal, typed: string | undefined): Proposal {
  if (typed === undefined || typed === proposal.task.value) return proposal;
  const value = wordOption(typed, "--task", ["binary", "multiclass", "regression"]);
  const { positive: _, ...rest } = proposal;
  const metric = { binary: "rocAucScore", multiclass: "logLoss", regression: "rmseError" }[value];
  return { ...rest, task: { value, reason: "you named it" }, metric: { value: metric, reason: "usual for the task" } };
}

function metricOf(typed: string, task: Proposal["task"]["value"]): string {
  const known = metricNames(task);
  const plainName = (name: string) =>
    name
      .toLowerCase()
      .replace(/[^a-z0-9]/g, "")
      .replace(/(score|loss|error)$/, "");
  const asked = { auc: "rocauc", ap: "prauc", averageprecision: "prauc" }[plainName(typed)] ?? plainName(typed);
  const found = known.find((name) => name === typed) ?? known.find((name) => plainName(name) === asked);
  if (found !== undefined) return metricNamed(found, task).name;
  throw optionInvalid(
    `--metric does not know "${typed.slice(0, 80)}" for ${task}: ${knownNames(typed.slice(0, 80), known)}.`,
    "Name one of these metrics.",
  );
}

function splitOf(
  { task }: Proposal,
  { time, group }: { time?: string; group?: string },
  seed: number,
  target: string,
  test: number,
  validate: boolean,
): SplitOptions {
  const validation = validate ? 0.2 : 0;
  const shared = { fractions: { train: 1 - validation - test, validation, test }, seed };
  if (time !== undefined) return { ...shared, strategy: "time", time };
  if (group !== undefined) return { ...shared, strategy: "group", group };
  return task.value === "regression"
    ? { ...shared, strategy: "random" }
    : { ...shared, strategy: "stratified", target };
}

interface Parts {
  readonly train: Frame;
  readonly validation: Frame;
  readonly test: Frame;
}

function splitParts(frame: Frame, options: SplitOptions): Parts {
  const { codes } = assignSplits(frame, options);
  const part = (code: number) =>
    selectRows(
      frame,
      codes.map((one) => (one === code ? 1 : 0)),
    );
  return { train: part(0), validation: part(1), test: part(2) };
}

function plain(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
