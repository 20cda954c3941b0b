export type IntegerTimes =
  | "UNIX_DAYS"
  | "UNIX_SECONDS"
  | "UNIX_MILLISECONDS"
  | "UNIX_MICROSECONDS"
  | "UNIX_NANOSECONDS";

const daySeconds = 86_400;
const from = Date.UTC(1990, 0, 1) / 1000;
const to = Date.UTC(2030, 0, 1) / 1000;
const unitsPerSecond: readonly (readonly [IntegerTimes, number])[] = [
  ["UNIX_SECONDS", 1],
  ["UNIX_MILLISECONDS", 1e3],
  ["UNIX_MICROSECONDS", 1e6],
  ["UNIX_NANOSECONDS", 1e9],
  ["UNIX_DAYS", 1 / daySeconds],
];

/** The unit in which most whole numbers are times from 1990 until before 2030. */
export function integerTimes(values: Float64Array, missing: Uint8Array | undefined) {
  let best: { format: IntegerTimes; matches: number } = { format: "UNIX_SECONDS", matches: 0 };
  let count = 0;
  for (let row = 0; row < values.length; row++) if (missing?.[row] !== 1) count++;
  for (const [format, units] of unitsPerSecond) {
    let matches = 0;
    for (let row = 0; row < values.length; row++)
      if (missing?.[row] !== 1 && values[row]! >= from * units && values[row]! < to * units) matches++;
    if (matches > best.matches) best = { format, matches };
  }
  return { ...best, count };
}

/** Parts of a date or time: what `strptime` calls them and the texts that they match. */
const parts: Readonly<Record<string, string>> = {
  Y: "\\d{4}",
  y: "\\d{2}",
  m: "(?:0?[1-9]|1[0-2])",
  d: "(?:0?[1-9]|[12]\\d|3[01])",
  B: "(?:January|February|March|April|May|June|July|August|September|October|November|December)",
  H: "(?:[01]?\\d|2[0-3])",
  M: "[0-5]?\\d",
  S: "(?:[0-5]?\\d|60)",
  f: "\\d{1,6}",
  z: "(?:Z|[+-]\\d{2}:?\\d{2})",
};
const dates = [
  "%Y-%m-%d",
  "%Y/%m/%d",
  "%Y%m%d",
  "%m-%d-%Y",
  "%m/%d/%Y",
  "%d-%m-%Y",
  "%d/%m/%Y",
  "%d.%m.%Y",
  "%y-%m-%d",
  "%y/%m/%d",
  "%m-%d-%y",
  "%m/%d/%y",
  "%d-%m-%y",
  "%d/%m/%y",
  "%d-%B-%Y",
  "%d %B %Y",
  "%B %d, %Y",
];
const clocks = ["%H:%M", "%H:%M:%S", "%H:%M:%S.%f"];
const patterns = [
  ...dates,
  ...clocks,
  ...dates.flatMap((date) =>
    ["T", " "].flatMap((between) =>
      clocks.flatMap((clock) => [`${date}${between}${clock}`, `${date}${between}${clock}%z`]),
    ),
  ),
].map((pattern) => ({ pattern, matcher: matcherOf(pattern) }));

function matcherOf(pattern: string): RegExp {
  const source = pattern.replace(/[.]/g, "\\.").replace(/%([A-Za-z])/g, (_, part: string) => parts[part]!);
  return new RegExp(`^${source}$`);
}

/** The pattern that most texts fit; of equals the first listed. Years first, then months first, then days first. */
export function textTimes(values: readonly (readonly [text: string, count: number])[]) {
  let best = { pattern: "", matches: 0 };
  // Texts without a digit, and long ones, are no times: most columns are done here.
  const likely = values.filter(([text]) => text.length >= 4 && text.length <= 40 && /\d/.test(text));
  for (const { pattern, matcher } of likely.length === 0 ? [] : patterns) {
    let matches = 0;
    for (const [text, count] of likely) if (matcher.test(text)) matches += count;
    if (matches > best.matches) best = { pattern, matches };
  }
  return best;
}
