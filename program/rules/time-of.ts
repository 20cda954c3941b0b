import { timestampReader } from "../interpreter/timestamp-text.ts";
import { ruleInvalid, type SourceText } from "./problem.ts";

const readTime = timestampReader();

/** Microseconds of a date in quotes. Errors: PROGRAM_RULE_INVALID: a text that is none. */
export function timeOf(source: SourceText, text: string, at: number): number {
  const us = readTime(text);
  if (!Number.isNaN(us)) return us;
  throw ruleInvalid(
    source,
    at,
    `'${text.slice(0, 80)}' is no date of ISO 8601`,
    "Write it as '2026-01-31' or '2026-01-31 12:00:00'.",
  );
}
