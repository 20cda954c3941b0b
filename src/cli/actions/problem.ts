import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "@millrace/program";
import { judgeMilestones, type ProblemStatement, problemName, readStatement, unreadable } from "#factory";
import { systemClock } from "#kernel";
import { listModels } from "#registry";
import type { Action } from "../command.ts";
import { table } from "../table.ts";
import { withProject } from "../with-project.ts";

/** The problem as it was posed, and how far it has come. */
export const problem: Action = (context) =>
  withProject(context, async (project) => {
    const statement = await readStatementFile(join(project.folder, problemName));
    const model = (await listModels(project)).find(({ name }) => name === statement.name);
    const states = judgeMilestones(statement, model, systemClock.nowMs());
    context.terminal.result(JSON.parse(JSON.stringify({ statement, milestones: states })) as JsonObject, () => [
      ...problemLines(statement),
      "",
      ...table(
        states.map(({ milestone, state, evidence }) => [
          milestone.name,
          state,
          milestone.owner ?? "",
          milestone.date ?? "",
          evidence,
        ]),
        { header: ["milestone", "state", "owner", "by", "evidence"], widest: 60 },
      ),
    ]);
    return 0;
  });

/** More open questions than this are counted, not listed. */
const mostShown = 6;

/** What a person reads of a statement. */
export function problemLines({ decision, kpi, feasibility, success, retraining, open }: ProblemStatement): string[] {
  const verdicts = {
    go: "a model is worth a try",
    rule: "try a rule first",
    gather: "gather more rows first",
    no: "don't use a model here",
  };
  const value = feasibility.valuePerYear;
  return [
    ...(decision.decision === null
      ? []
      : [`Decision: ${decision.decision}${decision.by === null ? "" : ` (${decision.by})`}`]),
    ...(kpi === null ? [] : [`Figure: ${kpi.name} from ${kpi.from} to ${kpi.to} ${kpi.unit}`.trimEnd()]),
    ...success.map(({ metric, atLeast }) => `Good enough: ${metric} from ${atLeast} on`),
    `Feasibility: ${verdicts[feasibility.verdict]}.`,
    ...feasibility.reasons.map((reason) => `  ${reason}`),
    ...(value === null ? [] : [`Worth about ${value.amount} ${value.currency} a year: ${value.how}`]),
    ...(retraining.everyHours === null
      ? []
      : [
          `Learn again every ${retraining.everyHours} hours from ${retraining.windowDays} days. ${retraining.labelling}`,
        ]),
    ...(open.length === 0
      ? []
      : open.length > mostShown
        ? [
            `Still open: ${open.length} questions; ${problemName} lists them. Answer with: millrace init DATA --answers FILE`,
          ]
        : ["Still open:", ...open.map((question) => `  ${question}`)]),
  ];
}

/** Errors: CLI_PROBLEM_UNREADABLE. */
export async function readStatementFile(path: string): Promise<ProblemStatement> {
  const content = await readFile(path, "utf8").catch(() => {
    throw unreadable(path, "cannot be read");
  });
  return readStatement(path, content);
}
