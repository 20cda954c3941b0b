import { stampParser, TIMESTAMP_PATTERNS } from "./timestamp-patterns.ts";

const parsers = new Map<string, (text: string) => number>(
  TIMESTAMP_PATTERNS.map((pattern) => [pattern, stampParser(pattern)]),
);

/** Whether a text is a time by one of the patterns that columns are read by, or by the one that is named. */
export function isTime(text: string, pattern?: string): boolean {
  if (pattern !== undefined) return !Number.isNaN(parsers.get(pattern)?.(text) ?? Number.NaN);
  return [...parsers.values()].some((parse) => !Number.isNaN(parse(text)));
}

/** The pattern that reads most of these texts, each as often as it is counted; undefined where none reads one. */
export function timePatternOf(
  texts: readonly { readonly value: string; readonly count: number }[],
): string | undefined {
  let [best, most] = [undefined as string | undefined, 0];
  for (const pattern of parsers.keys()) {
    const read = texts.reduce((sum, { value, count }) => sum + (isTime(value, pattern) ? count : 0), 0);
    if (read > most) [best, most] = [pattern, read];
  }
  return best;
}
