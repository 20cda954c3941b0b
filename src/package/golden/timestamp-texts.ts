import { type ProgramInput, Unreadable, valueReader } from "@millrace/program";

const day = 86_400_000_000;
/** Leap days, ends of years, the epoch and its neighbours, times before it, in microseconds. */
const oddTimes = [
  0,
  -1,
  1,
  -day,
  951_782_400_000_000,
  951_868_799_999_999,
  1_709_164_800_000_000,
  1_735_689_599_999_999,
  1_735_689_600_000_000,
  -2_203_891_200_000_000,
  4_107_542_400_000_000,
  -6_857_222_400_000_000,
  8_956_569_599_999_999,
];
const oddForms = [
  "2024-02-29",
  "2024-02-29 23:59",
  "1999-12-31T23:59:59.999999Z",
  "2000-01-01T00:30+01:00",
  "2000-01-01 00:30:00-1130",
  " 2012-06-30T23:59:59Z ",
  "1970-01-01T00:00:00.1234567Z",
];

/** Moments as texts that the input reads: ISO 8601, and its pattern where it has one; odd moments after those given. */
export function timestampTexts(input: ProgramInput, times: readonly number[]): readonly string[] {
  const read = valueReader(input);
  const all = [...times, ...oddTimes].filter((us) => us >= -8e15 && us <= 8.9e15);
  const { pattern } = input;
  const patterned = pattern === undefined ? [] : all.map((us) => inPattern(us, pattern));
  return [...new Set([...patterned, ...all.map(iso), ...oddForms])].filter(
    (text) => !(read(text) instanceof Unreadable),
  );
}

function iso(us: number): string {
  const ms = Math.floor(us / 1000);
  return `${new Date(ms).toISOString().slice(0, -1)}${String(us - ms * 1000).padStart(3, "0")}Z`;
}

const months = "January February March April May June July August September October November December".split(" ");
const days = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** `strftime` for the letters that a pattern may have; a letter that is not known stays as it is. */
function inPattern(us: number, pattern: string): string {
  const ms = Math.floor(us / 1000);
  const at = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  const hour = at.getUTCHours();
  const dayOfYear =
    Math.floor(
      (Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()) - Date.UTC(at.getUTCFullYear(), 0, 1)) /
        86_400_000,
    ) + 1;
  const letters: Readonly<Record<string, string>> = {
    Y: String(at.getUTCFullYear()).padStart(4, "0"),
    y: two(at.getUTCFullYear() % 100),
    m: two(at.getUTCMonth() + 1),
    d: two(at.getUTCDate()),
    e: String(at.getUTCDate()),
    H: two(hour),
    I: two(hour % 12 === 0 ? 12 : hour % 12),
    p: hour < 12 ? "AM" : "pm",
    M: two(at.getUTCMinutes()),
    S: two(at.getUTCSeconds()),
    f: String(us - Math.floor(us / 1_000_000) * 1_000_000).padStart(6, "0"),
    g: String(at.getUTCMilliseconds()).padStart(3, "0"),
    j: String(dayOfYear).padStart(3, "0"),
    b: months[at.getUTCMonth()]!.slice(0, 3),
    B: months[at.getUTCMonth()]!,
    a: days[at.getUTCDay()]!.slice(0, 3),
    A: days[at.getUTCDay()]!,
    z: "+00:00",
    "%": "%",
  };
  const long = pattern
    .replace(/%-(?=[a-zA-Z])/g, "%")
    .replace(
      /%([TRFD])/g,
      (_, letter: string) => ({ T: "%H:%M:%S", R: "%H:%M", F: "%Y-%m-%d", D: "%m/%d/%y" })[letter]!,
    );
  return long.replace(/%(.)/g, (whole, letter: string) => letters[letter] ?? whole);
}
