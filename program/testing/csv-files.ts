import type { Program } from "../model.ts";

/** A file as bytes, what a filter of `twoColumns` writes after its header, and what it says on standard error. */
export interface CsvFile {
  readonly file: string | Uint8Array;
  readonly out: string;
  readonly error: string;
  /** What it says before, of columns that are not there or not the model's; it scores all the same. */
  readonly warning?: string;
  /** What it says at the end, of values that are unusual. */
  readonly note?: string;
}

const levels = ["1", "�", "�A", "���", "x,y", 'x"y', "x\ny"];

/** Gives the hash of the column `a` plus the number of the column `b "x"`; both may not be missing. */
const twoColumns: Program = {
  format: 1,
  inputs: [
    { name: "a", type: "string", missingAllowed: true, domain: { levels: [...levels, "y", "z"] } },
    { name: 'b "x"', type: "number", missingAllowed: false },
  ],
  nodes: [
    {
      op: "ordinal",
      version: 1,
      inputs: [0],
      attributes: { levels, unseen: 100, missing: 200 },
    },
    { op: "add", version: 1, inputs: [1, 2], attributes: {} },
  ],
  outputs: { task: "regression", score: 3 },
};

const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)));
const both = (...scores: readonly number[]) => scores.map((score) => `${score},${score}\n`).join("");
const lacks = (name: string) => `header: no column ${JSON.stringify(name)}; it counts as missing in every row\n`;
const head = 'a,"b ""x"""\n';

const strays = (...names: readonly string[]) =>
  `header: not columns of the model: ${names.map((name) => JSON.stringify(name)).join(", ")}\n`;
const unseen = (name: string, count: number) =>
  `column ${JSON.stringify(name)}: values that training did not see, or hardly: ${count}\n`;
const unread = (name: string, count: number) =>
  `column ${JSON.stringify(name)}: values that cannot be read and count as missing: ${count}\n`;

const plainFiles: readonly CsvFile[] = [
  { file: `${head}1,0.5\n`, out: both(0.5), error: "" },
  { file: `\ufeff${head}1,0.5`, out: both(0.5), error: "" },
  { file: `\ufeff\ufeff${head}1,0.5`, out: both(200.5), error: "", warning: lacks("a") + strays("\ufeffa") },
  { file: bytes([0xef, 0xbb], `z,${head}9,1,0.5\n`), out: both(0.5), error: "", warning: strays("�z") },
  { file: `\n\r\n${head}\n\n1,0.5\r\n\r\n1,1\r\r1,2\n\n`, out: both(0.5, 1, 2), error: "" },
  {
    file: 'c,"b ""x""",d,d\n1,0.5,x,\n,1,,\n',
    out: both(200.5, 201),
    error: "",
    warning: lacks("a") + strays("c", "d", "d"),
  },
  {
    file: `${head}"x,y",1\n"x""y",2\n"x\ny",3\n"x\r\ny",4\nx"y,5\n"1","6"\n"",7\n,8`,
    out: both(5, 7, 9, 104, 10, 6, 207, 208),
    error: "",
    note: unseen("a", 1),
  },
  {
    file: bytes(head, [0xff], ",0\n", [0xc3, 0x41], ",0\n", [0xed, 0xa0, 0x80], ",0\n", [0xe2, 0x82], ",0\n"),
    out: both(1, 2, 3, 1),
    error: "",
  },
  {
    file: bytes(head, [0xf0, 0x9f, 0x98], ",0\n", [0xf4, 0x90, 0x80], ",0\n", [0xc0, 0x80], ",0\n", [0xff], "1,0\n"),
    out: both(1, 3, 100, 100),
    error: "",
    note: unseen("a", 2),
  },
  { file: `${head}1,\n`, out: "", error: 'row 1, column "b \\"x\\"": may not be missing\n' },
  { file: `${head}1,1\n\n1,nan\n1,2\n`, out: both(1), error: 'row 2, column "b \\"x\\"": may not be missing\n' },
  { file: `${head}1,1\n1,x\n1,2\n`, out: both(1), error: 'row 2, column "b \\"x\\"": is not a number\n' },
  {
    file: "a\n1\n",
    out: "",
    error: 'row 1, column "b \\"x\\"": may not be missing\n',
    warning: lacks('b "x"'),
  },
  { file: `${head}1,1\n1\n`, out: both(1), error: "row 2: has 1 fields; the header has 2\n" },
  { file: `${head}1,1\n1,1,1\n`, out: both(1), error: "row 2: has 3 fields; the header has 2\n" },
  { file: `${head}1,1\n"1"x,1\n`, out: both(1), error: "row 2: has text after a closing quote\n" },
  { file: `${head}1,1\n1,"1\n`, out: both(1), error: "row 2: ends within a quoted field\n" },
  { file: '"a', out: "", error: "header: ends within a quoted field\n" },
  { file: `a,${head}1,1,1\n`, out: "", error: 'header, column "a": is there twice\n' },
  { file: "", out: "", error: "header: there is no header line\n" },
  { file: "\ufeff\n\n", out: "", error: "header: there is no header line\n" },
  { file: head, out: "", error: "" },
];

/**
 * Takes what it cannot read for missing: the number of `n` and the days of `t` (100 where missing), 1 for `c` = y, the first
 * number of `v`, 1 less where `l` is missing.
 */
const lenientColumns: Program = {
  format: 2,
  inputs: [
    { name: "n", type: "number", missingAllowed: true, invalid: "impute" },
    { name: 't\t\u0001"', type: "timestamp", missingAllowed: true, invalid: "impute" },
    { name: "c", type: "string", missingAllowed: true, domain: { levels: ["x", "y"] } },
    { name: "v", type: "vector", width: 2, missingAllowed: true, invalid: "impute" },
    { name: "l", type: "strings", missingAllowed: true, invalid: "impute" },
  ],
  nodes: [
    { op: "impute", version: 1, inputs: [0], attributes: { value: 100 } },
    { op: "timeSince", version: 1, inputs: [1], attributes: { at: 0, unit: "day" } },
    { op: "impute", version: 1, inputs: [6], attributes: { value: 100 } },
    { op: "ordinal", version: 1, inputs: [2], attributes: { levels: ["x", "y"], unseen: 0, missing: 0 } },
    { op: "element", version: 1, inputs: [3], attributes: { index: 0 } },
    { op: "impute", version: 1, inputs: [9], attributes: { value: 0 } },
    { op: "isMissing", version: 1, inputs: [4], attributes: {} },
    { op: "combine", version: 1, inputs: [5, 7, 8, 10, 11], attributes: { weights: [1, 1, 1, 1, -1] } },
  ],
  outputs: { task: "regression", score: 12 },
};

const lenientFiles: readonly CsvFile[] = [
  {
    file: `n,"t\t\u0001""",c,v,l\n1,1970-01-03,y,"[4,5]","[""p""]"\n?,soon,z,1 2 3,{}\n,,,,\n?,1970-01-02,w,x,[]\n`,
    out: both(8, 199, 199, 100),
    error: "",
    note: unread("n", 2) + unread('t\t\u0001"', 1) + unseen("c", 2) + unread("v", 2) + unread("l", 1),
  },
  {
    file: 'c,"back\\slash","a\nb","\u0001",é\nq,,,,\n',
    out: both(199),
    error: "",
    warning: lacks("n") + lacks('t\t\u0001"') + lacks("v") + lacks("l") + strays("back\\slash", "a\nb", "\u0001", "é"),
    note: unseen("c", 1),
  },
];

/** The programs that files are given to. */
export const csvSuites = [twoColumns, lenientColumns].map((program) => ({
  program,
  tensors: new Map<string, never>(),
}));

/** Files, each for one of the programs. */
export const csvFiles: readonly (CsvFile & { readonly suite: number })[] = [
  ...plainFiles.map((one) => ({ ...one, suite: 0 })),
  ...lenientFiles.map((one) => ({ ...one, suite: 1 })),
];
