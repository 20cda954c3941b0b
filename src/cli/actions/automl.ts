import { basename } from "node:path";
import { type Frame, type JsonObject, load } from "@millrace/program";
import { writeModelFile } from "@millrace/program/write";
import { assignSplits, type SplitOptions, selectRows } from "#dataset";
import { baselineScores, describeOutputs, evaluate, measureOutputs, metricNamed, metricNames } from "#evaluate";
import { type Proposal, proposeProblem } from "#factory";
import { knownNames, MillraceError, plainContext, platformRuntimes } from "#kernel";
import {
  type AutomlRequest,
  type AutomlResult,
  automl,
  type LeaderboardEntry,
  readTargetAs,
  screenFeatures,
} from "#learn";
import { goldenParity, runtimeHere } from "#package";
import { graftImages } from "#transform";
import type { Action, ActionContext } from "../command.ts";
import { imagesToLearn, isFolder } from "../image-folder.ts";
import { numbersAmongNulls } from "../null-texts.ts";
import { numberOption, optionInvalid, textOption, wordOption } from "../options.ts";
import { outputsOf } from "../output-options.ts";
import { patternsOf, readQuietly, sourceOf, warnOfProblems } from "../read-data.ts";
import { table } from "../table.ts";
import { writeText } from "../write-text.ts";

const defaultTrials = 12;
const mostTrials = 1000;
const probeTrials = 3;

export const automlCommand: Action = async (context, data = "") => {
  const { options, terminal } = context;
  const target = textOption(options, "target") ?? "";
  const seed = numberOption(options, "seed", { low: 0, high: Number.MAX_SAFE_INTEGER });
  const budget = readBudget(textOption(options, "budget") ?? `${defaultTrials}trials`);
  const startedMs = performance.now();
  const images = isFolder(data) ? await imagesToLearn(context, data, target) : undefined;
  const { info, ...read } = images ?? (await readQuietly(context, sourceOf(data, options)));
  const { frame, changed } = numbersAmongNulls(read.frame);
  warnOfProblems(context, info, new Set(changed.keys()));
  for (const [name, texts] of changed)
    terminal.say(
      `"${name}" is read as numbers; ${texts.map((text) => JSON.stringify(text)).join(", ")} counts as missing.`,
    );
  const columns = rolesOf(context, frame);
  const proposal = withTask(proposeProblem(frame, info.columns, target), textOption(options, "task"));
  const task = proposal.task.value;
  const metric = metricOf(textOption(options, "metric") ?? proposal.metric.value, task);
  const parts = splitParts(frame, splitOf(proposal, columns, seed, target));
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
            test: parts.validation,
            ...(proposal.positive === undefined ? {} : { positive: proposal.positive.value }),
          }),
        };
  const request: Omit<AutomlRequest, "budgetTrials"> = {
    task,
    target,
    metric,
    seed,
    train: parts.train,
    validation: parts.validation,
    ...screened,
    leftOut: columns.group === undefined ? [] : [columns.group],
    patterns: Object.fromEntries(patternsOf(info)),
    ...(proposal.positive === undefined ? {} : { positive: proposal.positive.value }),
    ...(columns.time === undefined ? {} : { time: columns.time }),
    ...(columns.group === undefined ? {} : { group: columns.group }),
    ...outputsOf(options),
  };
  const searched = await search(context, request, budget);
  const judged = judge(searched, parts, target, metric, seed);
  const result =
    images === undefined
      ? searched
      : { ...searched, ...graftImages(searched.program, searched.tensors, images.features) };
  const seconds = (performance.now() - startedMs) / 1000;
  const out = textOption(options, "out");
  const facts = { task, target, metric, ...judged, trials: result.trials, seed, rows: frame.rows };
  if (out !== undefined) {
    const { program, tensors } = result;
    const card = { model: basename(out, ".millrace"), version: null, ...facts, data: [{ content: info.content }] };
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
  const { guardrails } = result.guardrails;
  const { leaderboard, reasons } = result;
  terminal.result(plain({ model: out ?? null, ...facts, leaderboard, guardrails, reasons, seconds }), () => [
    ...leaderboardLines(leaderboard, metric),
    "",
    ...guardrails
      .filter(({ verdict }) => verdict !== "pass")
      .map(
        ({ verdict, name, column, evidence }) =>
          `${verdict === "block" ? "✗" : "!"} ${name}${column === undefined ? "" : ` ${column}`}: ${evidence}`,
      ),
    ...reasons,
    `On ${parts.test.rows} held-out rows: ${metric} ${figure(judged.score)} (${figure(judged.interval[0])} to ${figure(judged.interval[1])}); trivial baseline ${figure(judged.baseline)}.`,
    ...(judged.outputs === undefined ? [] : describeOutputs(judged.outputs).map((line) => `On the same rows: ${line}`)),
    ...(out === undefined ? ["The model was not kept; name a file with --out."] : [`Wrote ${out}.`]),
  ]);
  return 0;
};

type Budget = { readonly trials: number } | { readonly seconds: number };

/** `50trials`, `50` or `60s`, `5m`. Errors: CLI_OPTION_INVALID. */
export function readBudget(typed: string): Budget {
  const match = /^(\d{1,6})\s*(trials?|s|sec|m|min)?$/i.exec(typed.trim());
  const amount = Number(match?.[1]);
  const unit = (match?.[2] ?? "trials").toLowerCase();
  if (match !== null && amount > 0 && unit.startsWith("t") && amount <= mostTrials) return { trials: amount };
  if (match !== null && amount > 0 && !unit.startsWith("t"))
    return { seconds: unit.startsWith("m") ? amount * 60 : amount };
  throw optionInvalid(
    `--budget is "${typed.slice(0, 80)}"; it must be 1 to ${mostTrials} trials or a time.`,
    "Write it as 50trials, or 60s.",
  );
}

/**
 * The search. A time is turned into trials: a few are made and timed, and as many as fit are searched; what a time bought
 * is said as trials, which repeat the result anywhere.
 */
async function search(
  { terminal, signal }: ActionContext,
  request: Omit<AutomlRequest, "budgetTrials">,
  budget: Budget,
): Promise<AutomlResult> {
  const work = plainContext({
    signal,
    seed: request.seed ?? 0,
    progress: ({ what, done, total }) => terminal.progress(what, done, total),
  });
  if ("trials" in budget) return automl({ ...request, budgetTrials: budget.trials }, work);
  const startedMs = performance.now();
  const probe = await automl({ ...request, budgetTrials: probeTrials }, work);
  const elapsed = (performance.now() - startedMs) / 1000;
  // Later trials have more leaves than the first, and the chosen ones are learned twice: half as many again is spared.
  const fitting = Math.floor((budget.seconds - elapsed) / ((elapsed / probeTrials) * 1.5));
  const trials = Math.min(mostTrials, Math.max(probeTrials, fitting));
  terminal.say(`${budget.seconds} s buy ${trials} trials here; repeat it with --budget ${trials}trials.`);
  return trials === probeTrials ? probe : automl({ ...request, budgetTrials: trials }, work);
}

function rolesOf({ options }: ActionContext, frame: Frame): { readonly time?: string; readonly group?: string } {
  const time = textOption(options, "time");
  const group = textOption(options, "group");
  if (time !== undefined && group !== undefined)
    throw optionInvalid("--time and --group ask for two different splits.", "Give the one that matters more.");
  for (const name of [time, group])
    if (name !== undefined && !frame.columns.has(name))
      throw new MillraceError("FACTORY_COLUMN_UNKNOWN", {
        message: `There is no column "${name.slice(0, 80)}": ${knownNames(name.slice(0, 80), [...frame.columns.keys()])}.`,
        next: "Name one of these columns.",
        facts: { column: name },
      });
  return { ...(time === undefined ? {} : { time }), ...(group === undefined ? {} : { group }) };
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
): SplitOptions {
  const shared = { fractions: { train: 0.6, validation: 0.2, test: 0.2 }, seed };
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

/** The model and the trivial baseline on rows that the search never saw. */
function judge(
  { program, tensors }: AutomlResult,
  { train, test }: Parts,
  target: string,
  metric: string,
  seed: number,
) {
  const scorer = load({ program, tensors }, platformRuntimes);
  const { task, classes, threshold } = program.outputs;
  const truth = readTargetAs(test, target, task, classes).values;
  const labelled = selectRows(
    test,
    Uint8Array.from(truth, (value) => (Number.isNaN(value) ? 0 : 1)),
  );
  const labels = truth.filter((value) => !Number.isNaN(value));
  const shared = { labels, ...(classes === undefined ? {} : { classes }) };
  const decision = task === "binary" && threshold !== undefined ? { threshold } : {};
  const scores = scorer.scoreFrame(labelled);
  const own = evaluate(task, { ...shared, ...decision, scores: scores.score }, { seed }).metrics[metric];
  const outputs = measureOutputs(program.outputs, scores, labels);
  const learned = readTargetAs(train, target, task, classes).values.filter((value) => !Number.isNaN(value));
  const trivial = baselineScores(task, learned, labels.length, { classes: classes?.length ?? 1 });
  const baseline = evaluate(task, { ...shared, scores: trivial }, { seed, draws: 0 }).metrics[metric];
  return {
    score: own?.value ?? null,
    interval: [own?.low ?? null, own?.high ?? null] as const,
    baseline: baseline?.value ?? null,
    ...(outputs === undefined ? {} : { outputs }),
  };
}

function leaderboardLines(entries: readonly LeaderboardEntry[], metric: string): string[] {
  const rows = entries
    .slice(0, 10)
    .map((one) => [
      one.rank,
      one.learner,
      figure(one.score),
      one.interval === null ? "" : `${figure(one.interval[0])} to ${figure(one.interval[1])}`,
      `${one.trainSeconds.toFixed(2)} s`,
      `${one.scoreMicros.toFixed(1)} µs`,
      `${(one.sizeBytes / 1024).toFixed(0)} kB`,
    ]);
  return table(rows, { header: ["rank", "learner", metric, "interval", "training", "per row", "size"] });
}

function figure(value: number | null): string {
  return value === null ? "–" : Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(4);
}

function plain(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
