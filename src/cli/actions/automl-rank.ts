import { basename } from "node:path";
import { type Frame, type JsonObject, load } from "@millrace/program";
import { writeModelFile } from "@millrace/program/write";
import { assignSplits, selectRows } from "#dataset";
import { evaluate, metricNamed } from "#evaluate";
import { knownNames, MillraceError, plainContext, platformRuntimes } from "#kernel";
import { learnRanking, queryCodes, type Ranked, readTargetAs, screenFeatures } from "#learn";
import { goldenParity, runtimeHere } from "#package";
import type { Action, ActionContext } from "../command.ts";
import { listOption, numberOption, optionInvalid, textOption } from "../options.ts";
import { numbersAmongNulls } from "../read/null-texts.ts";
import { patternsOf, readQuietly, sourceOf, warnOfProblems } from "../read/read-data.ts";
import { budgetOf } from "../search/automl-budget.ts";
import { holdoutOf } from "../search/search-options.ts";
import { table } from "../show/table.ts";
import { writeText } from "../show/write-text.ts";

/** `automl --task rank --group QUERY`: a model that orders the rows of each query. */
export const automlRank: Action = async (context, data = "") => {
  const { options, terminal, signal } = context;
  refuseUnknown(options);
  const target = textOption(options, "target") ?? "";
  const seed = numberOption(options, "seed", { low: 0, high: Number.MAX_SAFE_INTEGER });
  const budget = budgetOf(options);
  const { info, frame: read } = await readQuietly(context, sourceOf(data, options));
  const { frame, changed } = numbersAmongNulls(read);
  warnOfProblems(context, info, new Set(changed.keys()));
  const query = queryOf(context, frame);
  const metric = metricNamed(textOption(options, "metric") ?? "ndcgScore", "regression").name;
  const [train, validation, test] = splitQueries(frame, query, seed, holdoutOf(options));
  const { leftOut, guardrails } = screenFeatures(train, {
    target,
    task: "regression",
    seed,
    test: validation,
    group: query,
    waive: [...listOption(options, "waive")],
  });
  const untilMs = "seconds" in budget ? budget.seconds * 1000 - 400 : Number.POSITIVE_INFINITY;
  const work = plainContext({
    seed,
    signal,
    progress: ({ what, done, total }) => terminal.progress(what, done, total),
  });
  const result = await learnRanking(
    {
      train,
      validation,
      target,
      query,
      metric,
      seed,
      leftOut: [...leftOut],
      budgetTrials: "trials" in budget ? budget.trials : 100,
      patterns: Object.fromEntries(patternsOf(info)),
      enough: () => performance.now() > untilMs,
    },
    work,
  );
  const held = judge(result, test, { target, query, metric, seed });
  const facts = { task: "rank", target, query, metric, ...held, trials: result.trials, seed, rows: frame.rows };
  const out = textOption(options, "out");
  if (out !== undefined) {
    const { program, tensors } = result;
    const card = { model: basename(out, ".millrace"), version: null, ...facts, data: [{ content: info.content }] };
    const parity = { ...goldenParity(program, tensors), runtime: await runtimeHere(program) };
    await writeText(out, [writeModelFile({ program, tensors, card: plain(card), parity, producer: "millrace 0.1.0" })]);
  }
  const { leaderboard, reasons } = result;
  const seconds = performance.now() / 1000;
  terminal.result(plain({ model: out ?? null, ...facts, leaderboard, guardrails, reasons, seconds }), () => [
    ...table(
      leaderboard.map(({ rank, learner, score, interval, trainSeconds, scoreMicros }) => [
        String(rank),
        learner,
        score?.toFixed(4) ?? "",
        interval === null ? "" : `${interval[0].toFixed(4)} to ${interval[1].toFixed(4)}`,
        `${trainSeconds.toFixed(1)} s`,
        `${scoreMicros.toFixed(1)} µs`,
      ]),
      { header: ["", "learner", metric, "interval", "trained in", "a row"] },
    ),
    "",
    ...reasons,
    `On ${new Set(queryCodes(test, query)).size} queries that nothing was chosen by: ${metric} ${held.score?.toFixed(4) ?? "not defined"}; in no order ${held.baseline?.toFixed(4) ?? "not defined"}.`,
    ...(out === undefined ? [] : [`Wrote ${out}.`]),
  ]);
  return 0;
};

function queryOf({ options }: ActionContext, frame: Frame): string {
  const query = textOption(options, "group");
  if (query === undefined)
    throw optionInvalid("A ranking needs to know which rows are ranked together.", "Name their column with --group.");
  if (frame.columns.has(query)) return query;
  throw new MillraceError("FACTORY_COLUMN_UNKNOWN", {
    message: `There is no column "${query.slice(0, 80)}": ${knownNames(query.slice(0, 80), [...frame.columns.keys()])}.`,
    next: "Name one of these columns.",
    facts: { column: query },
  });
}

function splitQueries(frame: Frame, group: string, seed: number, test: number): readonly [Frame, Frame, Frame] {
  const fractions = { train: 0.8 - test, validation: 0.2, test };
  const { codes } = assignSplits(frame, { strategy: "group", group, fractions, seed });
  const part = (code: number) =>
    selectRows(
      frame,
      codes.map((one) => (one === code ? 1 : 0)),
    );
  return [part(0), part(1), part(2)];
}

/** What a search for a ranking knows nothing of; passed over it would look as if it held. */
const notOfRankings = [
  ..."resume trials passOver warmStart folds search accept costs maxLatency maxSize maxColumns columnCosts maxColumnCost".split(
    " ",
  ),
  ..."monotone interpretable sensitive maxFairnessGap segments time weight coverage outOfDomain abstain".split(" "),
  ..."invalid learners explanations exportTo".split(" "),
];

function refuseUnknown(options: ActionContext["options"]): void {
  const given = notOfRankings.find((name) => options[name] !== undefined && options[name] !== false);
  if (given === undefined) return;
  const flag = `--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw optionInvalid(`${flag} is of searches for classes and values; a ranking has none of it.`, `Leave ${flag} out.`);
}

/** The model and no order at all on queries that the search never saw. */
function judge(
  { program, tensors, score, interval, baseline }: Ranked,
  test: Frame,
  { target, query, metric, seed }: { target: string; query: string; metric: string; seed: number },
) {
  if (test.rows === 0) return { score, interval: interval ?? [null, null], baseline };
  const { values } = readTargetAs(test, target, "regression");
  const rows = selectRows(
    test,
    Uint8Array.from(values, (value) => (Number.isNaN(value) ? 0 : 1)),
  );
  const labels = values.filter((value) => !Number.isNaN(value));
  const ranking = { queries: queryCodes(rows, query) };
  const scores = load({ program, tensors }, platformRuntimes).scoreFrame(rows).score;
  const own = evaluate("regression", { scores, labels, ranking }, { seed }).metrics[metric];
  const none = evaluate("regression", { scores: new Float64Array(rows.rows), labels, ranking }, { draws: 0 });
  return {
    score: own?.value ?? null,
    interval: [own?.low ?? null, own?.high ?? null] as const,
    baseline: none.metrics[metric]?.value ?? null,
  };
}

function plain(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
