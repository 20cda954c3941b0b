import { compileScorer } from "../compile/javascript/compile-scorer.ts";
import { filter } from "../compile/javascript/filter.ts";
import type { Program, Tensors } from "../model.ts";
import type { Pick } from "./pick.ts";

/** A filter's answer to odd CSV. */
export interface CsvCase {
  readonly csv: Uint8Array;
  readonly stdout: string;
  readonly ok: boolean;
}

/** Texts of two columns, so that what a filter takes for a cell shows in the score. */
export const csvProgram: Program = {
  format: 1,
  inputs: [
    { name: "a", type: "string", missingAllowed: true },
    { name: 'b,\n"é', type: "string", missingAllowed: true },
  ],
  nodes: [
    { op: "hash", version: 1, inputs: [0], attributes: { buckets: 4294967296 } },
    { op: "impute", version: 1, inputs: [2], attributes: { value: -1 } },
    { op: "hash", version: 1, inputs: [1], attributes: { buckets: 4294967296 } },
    { op: "impute", version: 1, inputs: [4], attributes: { value: -2 } },
    { op: "concat", version: 1, inputs: [3, 5], attributes: {} },
  ],
  outputs: { task: "multiclass", score: 6, classes: ["of a", 'of "b"'] },
};

const tokens = [
  "a",
  "b",
  ",",
  ",",
  "\n",
  "\n",
  "\r",
  "\r\n",
  '"',
  '""',
  '"x"',
  " ",
  "é",
  "😀",
  "\u0000",
  "\u2028",
  "\ufeff",
];
const rawBytes = [
  [0xff],
  [0xc3],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x9f, 0x98],
  [0xf4, 0x90, 0x80, 0x80],
  [0xe0, 0x80],
  [0xc0, 0xaf],
  [0xe2, 0x82, 0x41],
  [0xf1, 0x80, 0xc3, 0xa9],
];
const headers = [
  'a,"b,\n""é"\n',
  '\ufeff"b,\n""é",c,a\r\n',
  "a\n",
  '\n\r\n"b,\n""é"\r',
  "c\n",
  "a,a\n",
  "",
  '"a',
  "x,a,y",
];

/** Random CSV and what the JavaScript filter makes of it when it sees a byte at a time. */
export async function csvCases(pick: Pick, count: number): Promise<CsvCase[]> {
  const encoder = new TextEncoder();
  const cases: CsvCase[] = [];
  for (let i = 0; i < count; i++) {
    const parts = [encoder.encode(headers[pick(headers.length)]!)];
    for (let k = pick(30); k > 0; k--)
      parts.push(
        pick(12) === 0
          ? Uint8Array.from(rawBytes[pick(rawBytes.length)]!)
          : encoder.encode(tokens[pick(tokens.length)]!),
      );
    const csv = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of parts) {
      csv.set(part, at);
      at += part.length;
    }
    cases.push({ csv, ...(await filtered(csvProgram, new Map(), csv)) });
  }
  return cases;
}

export async function filtered(
  program: Program,
  tensors: Tensors,
  csv: Uint8Array,
): Promise<{ stdout: string; ok: boolean }> {
  const { outputs, inputs } = program;
  const scorer = compileScorer({ program, tensors });
  let stdout = "";
  const write = (text: string) => {
    stdout += text;
    return true;
  };
  const host = {
    stdin: (async function* () {
      for (const byte of csv) yield Uint8Array.of(byte);
    })(),
    stdout: { write, once: () => undefined },
    stderr: { write: () => true },
    exitCode: 0 as number | string | null | undefined,
  };
  const model = {
    inputs,
    task: outputs.task,
    classes: outputs.classes ?? [],
    score: (row: Record<string, string>) => scorer.score(row),
  };
  await filter(model, host);
  return { stdout, ok: host.exitCode === 0 };
}
