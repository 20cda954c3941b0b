import { load } from "../interpreter/load.ts";
import type { Program, ProgramInput } from "../model.ts";
import type { Pick } from "./pick.ts";

/** Raw values of one column, and what reading each gives: all numbers of the score as text, or the error's message. */
export interface ReadingCase {
  readonly column: string;
  readonly raw: string | number | boolean | null;
  readonly expected: string;
}

const patterns = [
  "%d.%m.%Y",
  "%Y%m%d",
  "%-m/%-d/%y %I:%M %p",
  "%b %d %Y",
  "%B %e, %Y",
  "%a %d %b %Y %T %z",
  "%A %j %Y",
  "%H:%M:%S.%f",
  "%d/%m/%Y Él",
  "%Y年%m月%d日 😀",
  "%F %R:%S.%g",
  "%y%j",
  "%% %Y*(%m)[%d]|$^{}\\/.?+-",
  '"%Y"\n\t%m',
];

const inputs: readonly ProgramInput[] = [
  { name: "number", type: "number", missingAllowed: true },
  { name: "integer", type: "integer", missingAllowed: true },
  { name: "bool", type: "bool", missingAllowed: true },
  { name: "string", type: "string", missingAllowed: true },
  { name: "time", type: "timestamp", missingAllowed: true },
  ...patterns.map(
    (pattern, i): ProgramInput => ({ name: `time${i}`, type: "timestamp", missingAllowed: true, pattern }),
  ),
];

/** Every type and pattern side by side; the scores are the values, and −0.125 where one is missing. */
export const readingProgram: Program = {
  format: 1,
  inputs,
  nodes: [
    ...inputs.map(({ type }, i) =>
      type === "string"
        ? { op: "hash", version: 1 as const, inputs: [i], attributes: { buckets: 4294967296 } }
        : { op: "toNumber", version: 1 as const, inputs: [i], attributes: {} },
    ),
    ...inputs.map((_, i) => ({
      op: "impute",
      version: 1 as const,
      inputs: [inputs.length + i],
      attributes: { value: -0.125 },
    })),
    { op: "concat", version: 1, inputs: inputs.map((_, i) => 2 * inputs.length + i), attributes: {} },
  ],
  outputs: { task: "multiclass", score: 3 * inputs.length, classes: inputs.map(({ name }) => name) },
};

const times = [
  "2024-02-29",
  "2023-02-29",
  "1900-02-29",
  "2000-02-29T23:59:59.123456789Z",
  "2024-12-31 23:59",
  "2024-01-01t00:00:00,5 +01:30",
  "1969-12-31T23:59:59.999999-0930",
  "0001-01-01",
  "0000-12-31",
  "2255-06-05T23:47:34.740991Z",
  "2255-06-05T23:47:34.740992Z",
  "1684-07-28T00:12:25.259009Z",
  "9999-12-31",
  "2024-04-31",
  "2024-01-01T24:00",
  "2024-01-01T00:00:60",
  "2024-01-01T00:00z",
  "29.2.2024",
  "01.13.2024",
  "20240229",
  "2/29/24 12:05 AM",
  "2/9/68 13:05 pm",
  "2/9/69 1:05 PM",
  "Feb 29 2024",
  "MAY 1 1999",
  "december  5, 1970",
  "December 25, 1970",
  "Thu 29 Feb 2024 01:02:03 +05:45",
  "thu 29 feb 2024 01:02:03 z",
  "Wednesday 366 2024",
  "Sunday 366 2023",
  "monday 000 2024",
  "23:59:59.1",
  "1:2:3.123456789",
  "29/02/2024 éL",
  "29/02/2024 ÉL",
  "2024年2月29日 😀",
  "2024-02-29 03:04:05.7",
  "2024-02-29 03:04:05.070",
  "24060",
  "% 2024*(2)[29]|$^{}\\/.?+-",
  '"2024"\n\t2',
];

const words = [
  "",
  " ",
  "\u00a0\ufeff",
  "0",
  "-0",
  "+7",
  "1.",
  ".5",
  ".",
  "-.5e-3",
  "1e400",
  "-1e400",
  "1e-400",
  "4.9e-324",
  "2.4703282292062328e-324",
  "0.1",
  "123456789012345678",
  "9007199254740991",
  "9007199254740992",
  "9007199254740993",
  "9007199254740990.5",
  "3.0",
  "3.5",
  "1e3",
  "1e5 ",
  "1_000",
  "1,5",
  "0x10",
  "1f",
  "1d",
  "٣",
  "1e",
  "e5",
  "inf",
  "-Infinity",
  "+INF",
  "infinit",
  "ınf",
  "nan",
  "-NaN",
  "NA",
  "\u001c5",
  "5\u0085",
  "\u20285\u2029",
  "\u180e5",
  "true",
  "TRUE ",
  "t",
  "Yes",
  "y",
  "1",
  "F",
  "no",
  "N",
  "yeſ",
  "T\u212a",
  "2",
  "text",
  "\ud800",
  "a\udc00b",
  "\ud83d\ude00",
  "e\u0301",
  "\u0000",
  "179769313486231580793728971405301e276",
  "0.000000000000000000000000000000000000000000000000001e51",
  "8.41e21",
  "2.2250738585072011e-308",
  "9.5367431640625e-7",
  "1234567890123456",
  "-12345.6789",
];

const odd = [..." \t+-.eE0159:/aZzTſKİ,_\u00a0\ufeff\u001d", "😀", "%", "(", "é"];

/** Texts that are nearly readable, each tried for some columns, and numbers and booleans. */
export function readingCases(pick: Pick, count: number): ReadingCase[] {
  const scorer = load({ program: readingProgram, tensors: new Map() });
  const names = inputs.map(({ name }) => name);
  const cases: ReadingCase[] = [];
  const add = (column: string, raw: string | number | boolean | null) =>
    cases.push({ column, raw, expected: expectedOf(() => scorer.score({ [column]: raw }).scores!) });
  for (const text of [...words, ...times]) for (const name of names) add(name, text);
  const numbers = [
    0,
    -0,
    1,
    2.5,
    -3,
    1e21,
    1e-7,
    123456789.125,
    9007199254740991,
    9007199254740992,
    1 / 0,
    -1 / 0,
    Number.NaN,
  ];
  for (const raw of [...numbers, true, false, null]) for (const name of names) add(name, raw);
  for (let i = 0; i < count; i++) {
    const samples = pick(3) === 0 ? words : times;
    let text = samples[pick(samples.length)]!;
    for (let change = pick(3); change >= 0; change--) {
      const at = pick(text.length + 1);
      const cut = pick(3) === 0 ? 1 : 0;
      text = text.slice(0, at) + (pick(4) === 0 ? "" : odd[pick(odd.length)]!) + text.slice(at + cut);
    }
    add(names[pick(names.length)]!, text);
  }
  return cases;
}

function expectedOf(scores: () => Readonly<Record<string, number>>): string {
  try {
    return Object.values(scores()).join(" ");
  } catch (error) {
    return (error as Error).message;
  }
}
