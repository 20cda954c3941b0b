import type { Program } from "../model.ts";

/** A file as bytes, what a filter of `twoColumns` writes after its header, and what it says on standard error. */
export interface CsvFile {
  readonly file: string | Uint8Array;
  readonly out: string;
  readonly error: string;
  /** What it says before, of columns that are not there; it scores all the same. */
  readonly warning?: string;
}

/** Gives the hash of the column `a` plus the number of the column `b "x"`; both may not be missing. */
export const twoColumns: Program = {
  format: 1,
  inputs: [
    { name: "a", type: "string", missingAllowed: true },
    { name: 'b "x"', type: "number", missingAllowed: false },
  ],
  nodes: [
    {
      op: "ordinal",
      version: 1,
      inputs: [0],
      attributes: { levels: ["1", "�", "�A", "���", "x,y", 'x"y', "x\ny"], unseen: 100, missing: 200 },
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

export const csvFiles: readonly CsvFile[] = [
  { file: `${head}1,0.5\n`, out: both(0.5), error: "" },
  { file: `\ufeff${head}1,0.5`, out: both(0.5), error: "" },
  { file: `\ufeff\ufeff${head}1,0.5`, out: both(200.5), error: "", warning: lacks("a") },
  { file: bytes([0xef, 0xbb], `z,${head}9,1,0.5\n`), out: both(0.5), error: "" },
  { file: `\n\r\n${head}\n\n1,0.5\r\n\r\n1,1\r\r1,2\n\n`, out: both(0.5, 1, 2), error: "" },
  { file: 'c,"b ""x""",d,d\n1,0.5,x,\n,1,,\n', out: both(200.5, 201), error: "", warning: lacks("a") },
  {
    file: `${head}"x,y",1\n"x""y",2\n"x\ny",3\n"x\r\ny",4\nx"y,5\n"1","6"\n"",7\n,8`,
    out: both(5, 7, 9, 104, 10, 6, 207, 208),
    error: "",
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
