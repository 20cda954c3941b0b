import { type ProgramInput, type ReadValue, Unreadable, valueReader } from "@millrace/program";
import type { RandomStream } from "#kernel";
import { nextDown, nextUp } from "./float-steps.ts";
import { timestampTexts } from "./timestamp-texts.ts";

/** A raw value as a CSV cell holds it; null is an empty cell. */
export type Cell = string | null;

/** What to try on one input: cells that may make a difference, and a generator of usual ones. */
export interface InputValues {
  readonly odd: readonly Cell[];
  usual(random: RandomStream): Cell;
}

const oddNumbers = [
  "0",
  "-0",
  "1",
  "-1",
  "0.1",
  " 7 ",
  "+.5",
  "1.",
  "1e3",
  "1E-7",
  "nan",
  "inf",
  "-Infinity",
  "1.7976931348623157e+308",
  "-1.7976931348623157e308",
  "2.2250738585072014e-308",
  "5e-324",
  "-5e-324",
  "1e-400",
  "9007199254740993",
  "123456789012345678901234567890",
  "1e21",
  "0.30000000000000004",
  "\u00a02\u2003",
];
const oddIntegers = ["0", "-0", "1", "-1", "3.0", "1e3", " 12 ", "9007199254740991", "-9007199254740991", "nan", "+5"];
const oddBools = ["true", "FALSE", "t", "F", "Yes", "no", "y", "N", "1", "0", " true ", "\tfalse"];
const oddTexts = [
  "unseen",
  " ",
  "  padded  ",
  "é",
  "e\u0301",
  "İ",
  "ß",
  "👩‍👩‍👧",
  "\u{10ffff}",
  "\u2028",
  "\ufeffbom",
  "\ufffd",
  "\u0000",
  "a\u0000b",
  'say "no"',
  "'; DROP TABLE input; --",
  "a,b",
  "two\nlines",
  "cr\r\nlf",
  "\\n\\u0041",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a careless template would fill in.
  "${x} %s {0} $1",
  "*/ --> ]]> #",
  "null",
  "NA",
  "NaN",
  "true",
  "007",
  "-0",
  "1e3",
  "=1+1",
  "x".repeat(300),
  "日本語のテキスト",
  "\u202e.gpj",
];

/** Odd and usual cells of an input, with the numbers where the graph turns and the texts that it knows. */
export function inputValues(
  input: ProgramInput,
  numbers: ReadonlySet<number>,
  texts: ReadonlySet<string>,
): InputValues {
  const read = valueReader(input);
  const readable = (cell: Cell) => allowed(input, read(cell));
  const odd = oddCells(input, numbers, texts).filter(readable);
  const missing = input.missingAllowed ? [null] : [];
  const usual = usualCell(input, texts);
  return {
    odd: [...missing, ...odd],
    usual: (random) => {
      const cell = usual(random);
      return readable(cell) ? cell : (odd[0] ?? null);
    },
  };
}

function allowed(input: ProgramInput, value: ReadValue): boolean {
  return !(value instanceof Unreadable) && (value !== null || input.missingAllowed);
}

function oddCells(input: ProgramInput, numbers: ReadonlySet<number>, texts: ReadonlySet<string>): readonly Cell[] {
  if (input.type === "bool") return oddBools;
  if (input.type === "string") {
    const known = spread([...new Set([...texts, ...(input.domain?.levels ?? [])])]);
    return [...new Set([...known, ...known.slice(0, 8).flatMap(near), ...oddTexts])];
  }
  if (input.type === "strings") {
    const items = [...[...texts].slice(0, 64), ...oddTexts];
    return [...items.map((item) => JSON.stringify([item])), JSON.stringify(items), "[]", " [ ] ", '["\\ud800\\u0000"]'];
  }
  if (input.type === "vector") {
    const vector = (number: (k: number) => string) =>
      `[${Array.from({ length: input.width ?? 1 }, (_, k) => number(k)).join(", ")}]`;
    return ["0", "-0", "1e400", "5e-324", "0.1"].map((one) => vector((k) => (k === 0 ? one : String(k / 8))));
  }
  const { low, high } = input.domain ?? {};
  const turns = [...numbers, ...[low, high].filter((bound) => bound !== undefined)];
  if (input.type === "number") return [...new Set([...turns.flatMap(around).map(cellOf), ...oddNumbers])];
  const whole = [...new Set(turns.flatMap((turn) => [Math.floor(turn) - 1, Math.floor(turn), Math.floor(turn) + 1]))];
  if (input.type === "integer") return [...whole.filter(Number.isSafeInteger).map(cellOf), ...oddIntegers];
  return timestampTexts(input, whole.filter(Number.isSafeInteger));
}

/** More texts than this are a vocabulary: an input is made of several, and only some of them stand alone. */
const mostKnown = 300;

function spread(known: readonly string[]): readonly string[] {
  const step = Math.ceil(known.length / mostKnown);
  return step <= 1 ? known : known.filter((_, k) => k % step === 0);
}

/** Levels that are almost this one. */
function near(level: string): string[] {
  return [`${level} `, ` ${level}`, level.toUpperCase(), level.toLowerCase(), `${level}x`, level.slice(0, -1)];
}

/** A boundary and its neighbours. */
function around(turn: number): number[] {
  return [turn, nextUp(turn), nextDown(turn)];
}

function cellOf(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

const bits = new DataView(new ArrayBuffer(8));

function usualCell(input: ProgramInput, texts: ReadonlySet<string>): (random: RandomStream) => Cell {
  const { levels = [], low = -1000, high = 1000 } = input.domain ?? {};
  if (input.type === "bool") return (random) => (random.integer(2) === 0 ? "true" : "false");
  if (input.type === "string") {
    const known = [...new Set([...levels, ...texts])];
    if (known.length > mostKnown)
      return (random) =>
        Array.from({ length: 1 + random.integer(24) }, () => known[random.integer(known.length)]!).join(" ");
    return (random) =>
      known.length > 0 && random.integer(8) > 0
        ? known[random.integer(known.length)]!
        : `text ${random.integer(1_000_000)}`;
  }
  if (input.type === "strings") {
    const known = ["text", ...texts];
    return (random) =>
      JSON.stringify(Array.from({ length: 1 + random.integer(5) }, () => known[random.integer(known.length)]!));
  }
  if (input.type === "vector")
    return (random) => JSON.stringify(Array.from({ length: input.width ?? 1 }, () => random.uniform() * 2 - 1));
  if (input.type === "integer") return (random) => cellOf(Math.floor(low + random.uniform() * Math.max(1, high - low)));
  if (input.type === "timestamp") {
    const [from, to] = input.domain?.low === undefined ? [0, 2e15] : [low, high];
    return (random) => timestampTexts(input, [Math.floor(from + random.uniform() * (to - from))])[0]!;
  }
  return (random) => {
    const kind = random.integer(16);
    const value = low + random.uniform() * (high - low);
    if (kind < 8) return cellOf(value);
    if (kind < 15) return value.toFixed(random.integer(4));
    bits.setUint32(0, random.uint32At(random.integer(4294967296)));
    bits.setUint32(4, random.uint32At(random.integer(4294967296)));
    const any = bits.getFloat64(0);
    return cellOf(Number.isNaN(any) ? value : any);
  };
}
