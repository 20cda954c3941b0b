import { stampParser, TIMESTAMP_PATTERNS } from "./timestamp-patterns.ts";

const parsers = TIMESTAMP_PATTERNS.map(stampParser);

/** Whether a text is a time by one of the patterns that columns are read by. */
export function isTime(text: string): boolean {
  return parsers.some((parse) => !Number.isNaN(parse(text)));
}
