import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame } from "@millrace/program";
import { afterAll, expect, test } from "vitest";
import { concatFrames, loadSource, type SourceRef, streamSource, writeFrame } from "#dataset";

const folder = mkdtempSync(join(tmpdir(), "millrace-stream-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = 40_000;
// Each column shows its type late, or never.
const line = (k: number) =>
  [
    k,
    k === rows - 1 ? "oops" : k,
    k === rows - 2 ? 0.5 : k % 7,
    k < rows - 3 ? "" : "true",
    `2020-01-${String(1 + (k % 28)).padStart(2, "0")}`,
    k % 3 === 0 ? "NA" : `t${k % 5}`,
    `"a, ${k % 11}"`,
    `"${k}.${100 + (k % 800)},${k % 10}"`,
    k === 3 ? "9007199254740993" : k,
    k % 3 === 0 ? "2020-01-05" : "31.12.2020",
    `${k} kg`,
    "",
  ].join(",");
const csv = join(folder, "late.csv");
writeFileSync(
  csv,
  `id,late,half,flag,day,text,quoted,styled,wide,mixed,heavy,none\n${Array.from({ length: rows }, (_, k) => line(k)).join("\n")}\n`,
);

async function inParts(source: SourceRef, partRows: number): Promise<{ frame: Frame; parts: number; kinds: string[] }> {
  const stream = await streamSource(source, { project: folder }, { rows: partRows, bytes: Infinity });
  let frame: Frame | undefined;
  let parts = 0;
  await stream!.each((part) => {
    parts++;
    frame = frame === undefined ? part : concatFrames(frame, part);
  });
  return { frame: frame!, parts, kinds: stream!.problems.map(({ kind }) => kind) };
}

/** Values by row, whatever the order of levels. */
const valuesOf = (frame: Frame) =>
  [...frame.columns].map(([name, column]) => [
    name,
    column.type,
    column.type === "string"
      ? Array.from(column.codes, (code) => column.levels[code] ?? null)
      : Array.from(column.values as Float64Array, (value, row) => (column.missing?.[row] === 1 ? null : value)),
  ]);

/** The same rows as objects, with values of JSON's own types; one name appears late, one kind changes, one number is too large. */
const object = (k: number) =>
  JSON.stringify({
    id: k,
    late: k === rows - 1 ? "oops" : k,
    half: k === rows - 2 ? 0.5 : k % 7,
    flag: k < rows - 3 ? null : true,
    day: `2020-01-${String(1 + (k % 28)).padStart(2, "0")}`,
    text: k % 3 === 0 ? "NA" : `t${k % 5}`,
    spoken: k % 2 === 0 ? "true" : "false",
    list: k % 4 === 0 ? [k % 3, "é"] : undefined,
    ...(k > rows - 5 && { appears: k, stamp: k === rows - 1 ? "no day" : "2020-01-02" }),
  }).replace(`"id":${rows - 4},`, '"id":12345678901234567890,');

test.each([["jsonl"], ["json"], ["json with NA missing"]])(
  "%s in parts is the whole, typed by every row",
  async (kind) => {
    const objects = Array.from({ length: rows }, (_, k) => object(k));
    const path = join(folder, kind === "jsonl" ? "late.jsonl" : "late.json");
    writeFileSync(path, kind === "jsonl" ? `${objects.join("\n\n")}\n` : `[${objects.join(",\n")}]`);
    const source: SourceRef = { kind: "file", path, ...(kind.includes("NA") && { nullValues: ["NA"] }) };
    const whole = await loadSource(source, { project: folder });
    const read = await inParts(source, 1000);
    expect(read.parts).toBe(40);
    expect(valuesOf(read.frame)).toEqual(valuesOf(whole.frame));
    expect(read.kinds).toEqual(whole.problems.map((problem) => problem.kind));
    expect(whole.frame.columns.get("id")!.type).toBe("string");
    expect(whole.frame.columns.get("day")!.type).toBe("timestamp");
  },
);

test.each([["csv"], ["csv with NA missing"], ["parquet"]])(
  "%s in parts is the whole, typed by every row",
  async (kind) => {
    const plain: SourceRef = { kind: "file", path: csv, ...(kind.includes("NA") && { nullValues: ["NA"] }) };
    const whole = await loadSource(plain, { project: folder });
    let source = plain;
    if (kind === "parquet") {
      await writeFrame(whole.frame, join(folder, "late.parquet"));
      source = { kind: "file", path: join(folder, "late.parquet") };
    }
    const read = await inParts(source, 1000);
    expect(read.parts).toBeGreaterThan(1);
    expect(valuesOf(read.frame)).toEqual(valuesOf(whole.frame));
    if (kind !== "parquet") expect(read.kinds).toEqual(whole.problems.map((problem) => problem.kind));
  },
);
