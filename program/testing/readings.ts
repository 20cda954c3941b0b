import { load } from "../interpreter/load.ts";
import type { InputType, Program, ProgramNode } from "../model.ts";
import { type ParityCase, parityCase } from "./parity.ts";

/** A program that gives back what was read of its one column `x`: −1.5 for missing, for a text its hash. */
export function readingProgram(type: InputType, pattern?: string): Program {
  const inputs = [{ name: "x", type, missingAllowed: true, ...(pattern === undefined ? {} : { pattern }) }];
  const node = (op: string, ref: number, attributes: ProgramNode["attributes"]) =>
    ({ op, version: 1, inputs: [ref], attributes }) as const;
  const first = type === "string" ? node("hash", 0, { buckets: 4294967296 }) : node("toNumber", 0, {});
  const numeric = type === "number";
  const nodes = [...(numeric ? [] : [first]), node("impute", numeric ? 0 : 1, { value: -1.5 })];
  return { format: 1, inputs, nodes, outputs: { task: "regression", score: nodes.length } };
}

const spaces = "\t\n\v\f\r \u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";
const numberTexts = [
  "1",
  "-1.5",
  "+.5",
  "1.",
  "1e3",
  "1E+3",
  "0x10",
  "1,5",
  "1_000",
  "1 2",
  ".",
  "e5",
  "1e",
  "1e+",
  "--1",
  "+",
  "-",
  "٣",
  "nan",
  "-NaN",
  "+nan",
  "inf",
  "-Infinity",
  "+INF",
  "infinit",
  "infinity1",
  "ınf",
  "1e400",
  "-1e400",
  "1e-400",
  "-0",
  "0.1",
  "0.30000000000000004",
  "9007199254740993",
  "9007199254740991",
  "-9007199254740991",
  "9007199254740992",
  "1.0",
  "123456789012345678901234567890",
  "1.7976931348623157e308",
  "1.7976931348623159e308",
  "2.2250738585072011e-308",
  "2.4703282292062327e-324",
  "2.4703282292062328e-324",
  "4.9406564584124654e-324",
  "100000000000000000000000e-23",
  "1e23",
  "8.5e22",
  "3.14159265358979323846264338327950288",
  "0000000000000000000000000000001e30",
  "1e-7",
  "0.000001",
  `${"0".repeat(400)}1`,
  `0.${"0".repeat(330)}1e331`,
  `1${"0".repeat(310)}e-310`,
  "1\u0000",
  "\u00001",
  "5e-324",
  "1e21",
  "1e22",
  "123456789012345680000",
  "1234567890123456800000",
  "1e99999999999",
  "1e-99999999999",
  "0e99999999999",
  "5.684341886080802e-14",
  "5.6843418860808015e-14",
  "9.5367431640625e-7",
  "true",
  "",
];
const boolTexts = [
  "true",
  "TRUE",
  "t",
  "Yes",
  "y",
  "1",
  "false",
  "F",
  "no",
  "N",
  "0",
  "2",
  "1.0",
  "on",
  "tru",
  "trues",
  "nan",
  "",
];
const timeTexts = [
  "1970-01-01",
  "1990-01-08T00:00:00Z",
  "2000-02-29 23:59:59.1234567",
  "2000-01-01T00:30+01:00",
  "1999-02-29",
  "2000-13-01",
  "2000-01-01T24:00",
  "yesterday",
  "20000101",
  "2000-01-01t05:06z",
  "2000-01-01T05:06:07,5 -0530",
  "2000-01-01T05:06:07.",
  "2000-01-01T05:06:07.1234567890",
  "2000-01-01T05:06:07.123456789Z",
  "2000-01-01T05:06 +05",
  "2000-01-01T05:06  +05",
  "2000-01-01T05:06:60",
  "2000-01-01T05",
  "2000-01-01Z",
  "0000-02-29",
  "9999-12-31",
  "2255-06-05T23:47:34.740991",
  "2255-06-05T23:47:34.740992",
  "1684-07-28T00:12:25.259009",
  "1684-07-28T00:12:25.259008",
  "2000-01-01T05:06+05:",
  "2000-01-01T05:06+99:99",
  "2000-01-01T05:06:07Zx",
  "2000-01-01 \u000005:06",
  "12",
  "nan",
  "",
];
const patterned: readonly (readonly [string, readonly string[]])[] = [
  ["%m/%d/%y %H:%M", ["1/8/90 0:00", "01/08/68 23:59", "1/8/69 0:0", "2/30/20 1:1", "1990-01-08", "1/8/1990 0:00"]],
  ["%-m/%-d/%Y", ["12/31/2001", "1/1/0001", "13/1/2001", "12/31/2001 "]],
  ["%d %b %Y %I:%M %p", ["03 Mar 2010 12:05 AM", "3 mAR 2010 12:05 pm", "3 Mar 2010 13:05 pm", "3 Mar 2010 0:05 pm"]],
  ["%d %B %Y, %T", ["3 march 2010, 17:04:05", "3 may 2010, 1:2:3", "31 June 2010, 1:2:3"]],
  ["%A %e %B %Y", ["Thursday 29 February 2024", "fri  1 march 2024", "monday  1 march 2024", "SUNDAY 1 march 2024"]],
  ["%a %F", ["Thu 2024-02-29", "xyz 2024-02-29", "mon 2024-2-9"]],
  ["%Y-%j", ["2000-366", "2001-366", "2001-365", "2001-1", "2001-0"]],
  ["%Y%m%d%%%f", ["20000101%25", "2000111%5", "200011%5", "20000101%1234567890"]],
  ["%d%m%y%H%M%S", ["010203040506", "1203040506", "12304", "1111111", "112233445566"]],
  [
    "%Y-%m-%dT%H:%M:%S.%f%z",
    ["2000-01-01T1:2:3.5+01", "2000-01-01T1:2:3.5-01:30", "2000-01-01T1:2:3.5z", "2000-01-01T1:2:3.5"],
  ],
  ["%H:%M:%S.%g %D", ["1:2:3.5 1/2/70", "1:2:3.050 1/2/70", "1:2:3.0501 1/2/70"]],
  ["%z%j %Y", ["+01301 2000", "+0130130 2000", "Z30 2000", "+01:3030 2000", "-0130 2000"]],
  ["%Y año Ω σß%m", ["2000 AÑO ω ΣSS1", "2000 AÑO \u2126 ςß1", "2000 año Ω σß12", "2000 ano Ω σß12", "2000 Kño"]],
  ["%Y k%m", ["2000 K1", "2000 \u212a1", "2000 k1"]],
];

/** Texts of one column with what the interpreter reads: a filter's whole output, or why it stops at the first row. */
export interface Reading {
  readonly program: Program;
  readonly good: ParityCase;
  readonly bad: readonly { readonly csv: string; readonly error: string }[];
}

/** Good and bad texts of every type of input. */
export function readings(): Reading[] {
  const padded = (texts: readonly string[]) => [...texts, ...spaces, ...texts.map((text, i) => around(text, i))];
  const textTexts = [
    "a",
    " a ",
    "NA",
    "nan",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "😀",
    "\ufeff",
    "é",
    "e\u0301",
    "",
    "x".repeat(70_000),
  ];
  return [
    reading("number", padded(numberTexts)),
    reading("integer", padded(numberTexts)),
    reading("bool", padded(boolTexts)),
    reading("timestamp", padded(timeTexts)),
    reading("string", [...textTexts, ...spaces]),
    ...patterned.map(([pattern, texts]) => reading("timestamp", padded([...texts, ...timeTexts.slice(0, 4)]), pattern)),
  ];
}

function around(text: string, i: number): string {
  const space = spaces[i % spaces.length]!;
  return `${space}${text}${space} ${space}`;
}

function reading(type: InputType, texts: readonly string[], pattern?: string): Reading {
  const program = readingProgram(type, pattern);
  const scorer = load({ program, tensors: new Map() });
  const rows = texts.map((x) => ({ x }));
  const problem = (row: { x: string }) => scorer.check(row).find(({ severity }) => severity === "error");
  const good = parityCase(
    program,
    new Map(),
    rows.filter((row) => problem(row) === undefined),
  );
  const bad = rows.flatMap((row) => {
    const found = problem(row);
    if (found === undefined) return [];
    const reason = found.message.slice('The value of "x" '.length, -1);
    return [{ csv: `x\n"${row.x.toWellFormed().replaceAll('"', '""')}"\n`, error: `row 1, column "x": ${reason}\n` }];
  });
  return { program, good, bad };
}
