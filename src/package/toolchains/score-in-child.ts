import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { extraOutputs, type ProgramOutputs } from "@millrace/program";
import { scoredClasses } from "../golden/csv.ts";
import type { ScoredRow, Work } from "../model.ts";
import type { ChildAnswer, ChildJob } from "./child-job.ts";
import { runFailed } from "./filter.ts";
import { runChild } from "./run-child.ts";

/** Scores columns with a module of this folder that runs in a process of its own: native code, and no end to be sure of. */
export async function scoreInChild(
  name: string,
  module: string,
  job: ChildJob,
  work: Work,
): Promise<readonly ScoredRow[]> {
  const file = new URL(`./${module}${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
  const { code, stdout, stderr } = await runChild(process.execPath, [fileURLToPath(file)], {
    cwd: work.folder,
    temporary: join(work.folder, ".tmp"),
    stdin: JSON.stringify(job),
    timeLimitMs: work.timeLimitMs,
    signal: work.signal,
    env: job.address === undefined ? {} : passwordOf(process.env),
  });
  if (code !== 0) {
    const line = stderr.split("\n").find((one) => /error/i.test(one)) ?? stderr.split("\n")[0] ?? "";
    throw runFailed(name, `it ended with ${code}: ${line.trim().slice(0, 300)}`);
  }
  const answer = JSON.parse(stdout) as ChildAnswer;
  const rows = job.ordered === true ? inOrder(answer) : answer;
  if (rows.length !== job.rows) throw runFailed(name, `it scored ${rows.length} of ${job.rows} rows`);
  return rows.map((cells) => scoredRow(work.program.outputs, cells));
}

/** How libpq's clients are told a password; only the child that speaks to the server is. */
function passwordOf({ PGPASSWORD, PGPASSFILE }: NodeJS.ProcessEnv): Record<string, string> {
  return { ...(PGPASSWORD === undefined ? {} : { PGPASSWORD }), ...(PGPASSFILE === undefined ? {} : { PGPASSFILE }) };
}

function inOrder(answer: ChildAnswer): ChildAnswer {
  return answer.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, ...cells]) => cells);
}

function scoredRow(
  outputs: ProgramOutputs,
  [prediction = null, score = null, ...rest]: ChildAnswer[number],
): ScoredRow {
  const classes = scoredClasses(outputs).length;
  // where there is no score, a child may leave out the scores of the classes
  const columns = extraOutputs(outputs).length;
  const beside = columns === 0 ? {} : { extras: rest.slice(rest.length - columns) };
  if (score === null) return { prediction, score: null, ...beside };
  return {
    prediction: outputs.task === "regression" && prediction !== null ? Number(prediction) : prediction,
    score: Number(score),
    ...(classes === 0
      ? {}
      : { scores: rest.slice(0, classes).map((cell) => (cell === null ? Number.NaN : Number(cell))) }),
    ...beside,
  };
}
