import { readFile } from "node:fs/promises";
import { type AnswerFacts, answersFault, type ProblemAnswers, problemAnswersSchema, problemQuestions } from "#factory";
import { knownNames, MillraceError, parseOptions } from "#kernel";
import { optionInvalid } from "./options.ts";

/**
 * The answers of a file (JSON). Errors: CLI_OPTION_INVALID: when it cannot be read, is no JSON, or has an unknown key.
 */
export async function readAnswers(path: string): Promise<ProblemAnswers> {
  const next = `Write one JSON object with some of: ${Object.keys(problemAnswersSchema.shape).join(", ")}.`;
  let typed: unknown;
  try {
    typed = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw optionInvalid(`The answers in ${path} cannot be read: ${(error as Error).message}.`, next);
  }
  return parseOptions(problemAnswersSchema, typed as object, path, "CLI_OPTION_INVALID");
}

/** Answers of flags, `key=words` as they would be typed, over those of a file. Errors: CLI_OPTION_INVALID. */
export function withAnswers(given: ProblemAnswers | undefined, pairs: readonly string[]): ProblemAnswers {
  const keys = Object.keys(problemAnswersSchema.shape);
  const typed: Record<string, unknown> = { ...given };
  for (const pair of pairs) {
    const [key = "", ...words] = pair.split("=");
    if (words.length === 0 || !isQuestion(key))
      throw optionInvalid(
        `--answer is "${pair.slice(0, 80)}"; it must say what is answered (${knownNames(key.slice(0, 80), keys)}).`,
        "Write it as --answer owner=retention.",
      );
    const answer = read(key, words.join("="));
    if (!problemAnswersSchema.shape[key].safeParse(answer).success)
      throw optionInvalid(`--answer ${key} is "${words.join("=").slice(0, 80)}", which cannot be read.`, hintOf(key));
    typed[key] = answer;
  }
  return parseOptions(problemAnswersSchema, typed, "the answers", "CLI_OPTION_INVALID");
}

const back = "<";

/**
 * Asks on the terminal; Enter leaves a question open, `<` goes back to the one before. Questions that are answered already
 * are not asked. Errors: KERNEL_STOPPED: when the asking is broken off.
 */
export async function askProblem(
  facts: AnswerFacts,
  rows: number,
  given: Readonly<Record<string, unknown>> = {},
): Promise<ProblemAnswers> {
  const { isCancel, text, note, log } = await import("@clack/prompts");
  const asked = problemQuestions(facts.proposal.task.value).filter(({ key }) => !Object.hasOwn(given, key));
  if (asked.length > 0)
    note(
      `${asked.length} questions. Enter leaves one open, ${back} goes back, Ctrl-C stops: nothing is written before the end.`,
    );
  log.info(foundLines(facts, rows).join("\n"));
  const enter = { ...defaults, ...proposedDefaults(facts) };
  const words: string[] = [];
  for (let k = 0; k < asked.length; ) {
    const { key, question } = asked[k]!;
    const said = await text({
      message: `${k + 1} of ${asked.length}: ${question}`,
      placeholder: `Enter: ${enter[key] ?? "I don't know yet"}`,
      ...(words[k] === undefined || words[k] === "" ? {} : { initialValue: words[k]! }),
      validate: (typed = "") => {
        if (typed.trim() === "" || typed.trim() === back) return undefined;
        const answer = problemAnswersSchema.shape[key].safeParse(read(key, typed));
        return answer.success ? answersFault({ [key]: answer.data }, facts) : hintOf(key);
      },
    });
    if (isCancel(said))
      throw new MillraceError("KERNEL_STOPPED", {
        message: "Nothing was written.",
        next: "Ask again with: millrace init",
      });
    if (said?.trim() === back) {
      k = Math.max(0, k - 1);
      continue;
    }
    words[k++] = said ?? "";
  }
  const typed: Record<string, unknown> = { ...given };
  for (const [k, { key }] of asked.entries()) if (words[k]!.trim() !== "") typed[key] = read(key, words[k]!);
  return parseOptions(problemAnswersSchema, typed, "the answers", "CLI_OPTION_INVALID");
}

type Key = keyof ProblemAnswers;

function isQuestion(key: string): key is Key {
  return Object.hasOwn(problemAnswersSchema.shape, key);
}

function read(key: Key, words: string): unknown {
  return (readers[key] ?? ((typed: string) => typed.trim()))(words);
}

/** What a look at the data found, so that a person can answer. */
function foundLines({ columns, proposal }: AnswerFacts, rows: number): string[] {
  const { target, task, metric, split } = proposal;
  const kind = { binary: "one of two classes", multiclass: "one of several classes", regression: "a number" };
  return [
    `${rows} rows, ${columns.length} columns: ${columns.slice(0, 30).join(", ")}${columns.length > 30 ? ", …" : ""}.`,
    `To be predicted: ${target.value}, ${kind[task.value]} (${target.reason}).`,
    `Judged by ${metric.value}: ${metric.reason}. Split ${split.value === "time" ? "by time" : split.value === "group" ? "by group" : "at random"}: ${split.reason}.`,
  ];
}

/** What the data say where a person says nothing. */
function proposedDefaults({ proposal: { positive, group } }: AnswerFacts): Partial<Record<Key, string>> {
  return {
    group: group === undefined ? "none" : `${group.value}: ${group.reason}`,
    ...(positive === undefined ? {} : { positive: `${positive.value}, ${positive.reason}` }),
  };
}

/** What an unanswered question comes to. */
const defaults: Partial<Record<Key, string>> = {
  currency: "EUR",
  knownAfter: "none",
  wanted: "none",
  milestones: "the owner answers for each, by the same day",
};

/** What a typed answer must look like. */
function hintOf(key: Key): string {
  return hints[key] ?? "Write a few words.";
}
const number = "Write a number, such as 5000.";
const hints: Partial<Record<Key, string>> = {
  perYear: number,
  falsePositive: number,
  falseNegative: number,
  errorCost: number,
  milestones:
    "Write steps with owner and day: good enough: Ada 2027-01-31, in use: Bo; a step of your own with its metrics.",
  truthKnownAfterDays: "Write a number of days, such as 30.",
  money: number,
  kpi: "Write the figure with both values: churn from 12 to 10 %.",
  success: "Write metrics with their values: rocAucScore 0.8, logLoss 0.4.",
  truthChanges: "Write hours, days, weeks, months or years.",
  deadline: "Write a day as 2027-03-31.",
};

const listed = (words: string) =>
  words
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

/** How a typed line becomes an answer, where it is not the text itself. */
const readers: Partial<Record<Key, (words: string) => unknown>> = {
  perYear: Number,
  falsePositive: Number,
  falseNegative: Number,
  errorCost: Number,
  truthKnownAfterDays: Number,
  money: Number,
  knownAfter: listed,
  wanted: listed,
  truthChanges: (words) => words.trim().toLowerCase(),
  // "churn from 12 to 10 %"
  kpi: (words) => {
    const found = words.match(/^(.*?)\s*(?:from\s+)?(-?[\d.]+)\s+to\s+(-?[\d.]+)\s*(.*)$/i);
    return found === null ? words : { name: found[1], from: Number(found[2]), to: Number(found[3]), unit: found[4] };
  },
  success: (words) => metricsOf(listed(words)),
  // "in use: Bo 2027-03-31, pilot: Ada 2027-01-31 rocAucScore 0.75"
  milestones: (words) =>
    listed(words).map((part) => {
      const [, name = "", owner = "", date, rest = ""] =
        /^([^:]*):\s*(.*?)\s*(?:(\d{4}-\d\d-\d\d)\s*(.*))?$/.exec(part) ?? [];
      const metrics = metricsOf(rest.match(/\S+\s+\S+/g) ?? []);
      return {
        name: name.trim(),
        ...(owner === "" ? {} : { owner }),
        ...(date === undefined ? {} : { date }),
        ...(Object.keys(metrics).length === 0 ? {} : { metrics }),
      };
    }),
};

/** "rocAucScore 0.8" */
function metricsOf(parts: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    parts.map((part) => {
      const [name = "", value] = part.split(/[\s:=]+/);
      return [name, Number(value)];
    }),
  );
}
