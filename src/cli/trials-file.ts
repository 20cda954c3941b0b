import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import type { JsonObject } from "@millrace/program";
import { digestJson, MillraceError } from "#kernel";
import { decodeRecord, encodeRecord, type TrialRecord } from "#learn";

/** Trials of one search in a file, one a line under a line that says which search it is. */
export interface TrialsFile {
  readonly recorded: readonly TrialRecord[];
  add(trial: TrialRecord): void;
}

/**
 * Opens the file of a search's trials: anew, or to go on with what it holds. A last line that a crash cut off is dropped.
 *
 * Errors: CLI_TRIALS_UNFIT: there is nothing to resume, or the file is of another search.
 */
export function openTrials(path: string, search: JsonObject, resume: boolean): TrialsFile {
  const head = JSON.stringify({ trials: 1, search: digestJson(search) });
  const recorded: TrialRecord[] = [];
  if (resume) {
    if (!existsSync(path)) throw unfit(path, "it is not there", "Leave --resume out to start the search.");
    const [first, ...lines] = readFileSync(path, "utf8").split("\n");
    if (first !== head)
      throw unfit(
        path,
        "it holds the trials of another search",
        "Give the same data and options as then (the budget may differ), or leave --resume out to start anew.",
      );
    for (const line of lines) {
      const trial = decodeRecord(line);
      if (trial === undefined) break;
      recorded.push(trial);
    }
  }
  writeFileSync(path, [head, ...recorded.map(encodeRecord), ""].join("\n"));
  let passed = 0;
  return {
    recorded,
    add(trial) {
      // The search shows recorded trials as well.
      if (passed++ >= recorded.length) appendFileSync(path, `${encodeRecord(trial)}\n`);
    },
  };
}

function unfit(path: string, what: string, next: string): MillraceError {
  return new MillraceError("CLI_TRIALS_UNFIT", {
    message: `The search cannot go on from ${path}: ${what}.`,
    next,
    facts: { path },
  });
}
