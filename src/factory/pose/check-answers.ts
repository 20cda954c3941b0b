import { metricNamed } from "#evaluate";
import { isMillraceError, knownNames, MillraceError } from "#kernel";
import type { Proposal } from "../propose/propose-problem.ts";
import type { ProblemAnswers } from "./answers.ts";

/** What the answers are held to: the columns of the data, and what was proposed. */
export interface AnswerFacts {
  readonly columns: readonly string[];
  readonly proposal: Proposal;
}

/** Says that no rows belong together, where some were proposed to. */
export const noGroup = "none";

/** What is wrong with answers in view of the data, as a sentence; undefined where nothing is. */
export function answersFault(answers: Partial<ProblemAnswers>, facts: AnswerFacts): string | undefined {
  const { knownAfter = [], group, positive, success = {}, milestones = [] } = answers;
  const limits = [success, ...milestones.map(({ metrics = {} }) => metrics)];
  return (
    knownAfter.map((column) => columnFault(column, facts)).find((fault) => fault !== undefined) ??
    (group === undefined || group === noGroup ? undefined : columnFault(group, facts)) ??
    positiveFault(positive, facts.proposal) ??
    limits
      .flatMap((one) => Object.entries(one))
      .map(([name, value]) => limitFault(name, value, facts.proposal))
      .find((fault) => fault !== undefined)
  );
}

/** The answers with metrics by their own names. Errors: CLI_OPTION_INVALID: what `answersFault` says. */
export function checkAnswers(answers: ProblemAnswers, facts: AnswerFacts): ProblemAnswers {
  const fault = answersFault(answers, facts);
  if (fault !== undefined)
    throw new MillraceError("CLI_OPTION_INVALID", { message: fault, next: "Correct this answer and run again." });
  const named = (limits: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(limits).map(([name, value]) => [metricNamed(name).name, value]));
  return {
    ...answers,
    success: named(answers.success),
    milestones: answers.milestones.map((one) =>
      one.metrics === undefined ? one : { ...one, metrics: named(one.metrics) },
    ),
  };
}

function columnFault(column: string, { columns, proposal }: AnswerFacts): string | undefined {
  if (column === proposal.target.value) return `"${column}" is what is predicted.`;
  if (columns.includes(column)) return undefined;
  return `There is no column "${column.slice(0, 80)}": ${knownNames(column.slice(0, 80), columns)}.`;
}

function positiveFault(positive: string | undefined, { target, classes = [] }: Proposal): string | undefined {
  const known = classes.map(String);
  if (positive === undefined || known.includes(positive)) return undefined;
  return `"${positive.slice(0, 80)}" is no value of ${target.value}: it has ${known.join(" and ")}.`;
}

function limitFault(name: string, value: number, { task }: Proposal): string | undefined {
  try {
    const metric = metricNamed(name, task.value).name;
    // A score of 80 is a share of 0.8 in another writing, and no model would ever reach it.
    return metric.endsWith("Score") && value > 1
      ? `${metric} is at most 1; ${value} can never be reached. Write it as a share, such as 0.8.`
      : undefined;
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    return error.message;
  }
}
