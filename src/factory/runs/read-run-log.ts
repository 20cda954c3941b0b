import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findRun, type JournalEvent } from "#pipeline";
import type { Project } from "../open-project.ts";

/** One line of what happened in a run. */
export interface RunLogLine {
  readonly atMs: number;
  readonly level: "info" | "warn" | "error";
  /** `null`: of the run as a whole. */
  readonly node: string | null;
  /** `journal`: what the run recorded; `log`: what a step or its process printed. */
  readonly from: "journal" | "log";
  readonly message: string;
}

/**
 * What happened in a run, in order of time: its journal, and what its steps printed (`logs/runs.log`).
 *
 * Missing: a log that was taken away leaves the journal. Errors: PIPELINE_RUN_UNKNOWN.
 */
export async function readRunLog(
  project: Pick<Project, "metadata" | "home">,
  which: string,
): Promise<{ readonly runId: string; readonly lines: readonly RunLogLine[] }> {
  const { runId, events } = await findRun(project.metadata, which);
  const lines = [...events.flatMap(journalLine), ...(await printedLines(project.home, runId))];
  return { runId, lines: lines.sort((a, b) => a.atMs - b.atMs) };
}

function journalLine(event: JournalEvent): RunLogLine[] {
  const line = (message: string, node: string | null = null, level: RunLogLine["level"] = "info"): RunLogLine[] => [
    { atMs: event.atMs, level, node, from: "journal", message },
  ];
  switch (event.type) {
    case "run-started":
      return line(`started: ${event.data.pipeline}, seed ${event.data.seed}, process ${event.data.holder.pid}`);
    case "run-resumed":
      return line(`resumed by process ${event.data.holder.pid} on ${event.data.holder.host}`);
    case "lease-renewed":
      return [];
    case "node-started":
      return line(`attempt ${event.data.attempt}: ${event.data.reason}`, event.data.node);
    case "node-finished":
      return line(`${event.data.state} in ${event.data.seconds.toFixed(2)} s: ${event.data.reason}`, event.data.node);
    case "node-failed": {
      const { node, error, retryable, attempt } = event.data;
      return line(`attempt ${attempt} failed: ${error.code} ${error.message}`, node, retryable ? "warn" : "error");
    }
    case "node-skipped":
      return line(`skipped: ${event.data.reason}`, event.data.node, event.data.blocked ? "warn" : "info");
    case "node-waiting":
      return line(`waits for a person: ${event.data.question}`, event.data.node);
    case "node-answered":
      return line(`${event.data.decision} by ${event.data.by}: ${event.data.comment}`, event.data.node);
    case "run-stopped":
      return line(`stopped: ${event.data.reason}`);
    case "run-waiting":
      return line(`waits: ${event.data.nodes.join(", ")}`);
    case "run-finished":
      return line(event.data.state, null, event.data.state === "failed" ? "error" : "info");
    default:
      return [];
  }
}

async function printedLines(home: string, runId: string): Promise<RunLogLine[]> {
  const path = join(home, "logs", "runs.log");
  if (!existsSync(path)) return [];
  const found: RunLogLine[] = [];
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (!text.includes(runId)) continue;
    const line = parseLine(text);
    if (line?.run !== runId) continue;
    const level = line.level >= 50 ? "error" : line.level >= 40 ? "warn" : "info";
    found.push({ atMs: line.time, level, node: line.node ?? null, from: "log", message: line.msg ?? "" });
  }
  return found;
}

interface PinoLine {
  readonly level: number;
  readonly time: number;
  readonly run?: string;
  readonly node?: string;
  readonly msg?: string;
}

/** `undefined` for the last line of a process that was killed while it wrote. */
function parseLine(text: string): PinoLine | undefined {
  try {
    return JSON.parse(text) as PinoLine;
  } catch {
    return undefined;
  }
}
