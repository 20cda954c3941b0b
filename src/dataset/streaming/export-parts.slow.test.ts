import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  exportParts,
  exportText,
  frameDigest,
  loadSource,
  readFrame,
  type SourceRef,
  selectParts,
  selectRows,
  streamSource,
  typeParts,
  typeTexts,
} from "#dataset";

const folder = mkdtempSync(join(tmpdir(), "millrace-export-"));
const rows = 3000;
const line = (k: number) =>
  `${k},${k % 7 === 0 ? "" : k / 4},${k === rows - 1 ? "late" : `00${k % 9}`},"a, ""${k % 11}""",2020-01-0${1 + (k % 9)}`;
writeFileSync(
  join(folder, "rows.csv"),
  `id,amount,code,quoted,day\n${Array.from({ length: rows }, (_, k) => line(k)).join("\n")}\n`,
);
const objects = Array.from({ length: rows }, (_, k) =>
  JSON.stringify({ id: k, ...(k % 2 === 0 && { list: [k % 3, null] }), at: k > rows - 4 ? "end" : undefined }),
);
writeFileSync(join(folder, "rows.jsonl"), objects.join("\n"));

const place = { project: folder };
const stream = async (path: string, bytes: number) =>
  (await streamSource({ kind: "file", path }, place, { rows: 97, bytes }))!;

test.each([
  ["rows.csv", Infinity],
  ["rows.csv", 1],
  ["rows.jsonl", 500],
])("%s written in parts is what is written at once", async (name, bytes) => {
  const source: SourceRef = { kind: "file", path: name };
  for (const kind of ["csv", "parquet"]) {
    const [whole, parts] = [join(folder, `whole.${kind}`), join(folder, `parts.${kind}`)];
    const { rows: count } = await exportText(source, whole, place);
    expect(await exportParts(await stream(name, bytes), parts)).toMatchObject({ rows: count });
    if (kind === "csv") expect(readFileSync(parts)).toEqual(readFileSync(whole));
    else expect(frameDigest(await readFrame(parts))).toBe(frameDigest(await readFrame(whole)));
  }
  expect(readdirSync(folder).filter((one) => one.includes(".part-"))).toEqual([]);
});

test("Parquet in parts is what it is at once, and chosen rows are those rows", async () => {
  const parquet = join(folder, "source.parquet");
  await exportText({ kind: "file", path: "rows.csv" }, parquet, place);
  const source = await stream(parquet, Infinity);
  const out = join(folder, "again.parquet");
  await exportParts(source, out);
  expect(frameDigest(await readFrame(out))).toBe(frameDigest(await readFrame(parquet)));
  const number = { name: "row", type: "integer", valueAt: (row: number) => row + 1 } as const;
  const some = selectParts(source, (row) => row % 1000 === 999, [number]);
  await exportParts(some, join(folder, "some.csv"));
  const [header, ...lines] = readFileSync(join(folder, "some.csv"), "utf8").trimEnd().split("\n");
  expect(header).toBe("id,amount,code,quoted,day,row");
  expect(lines.map((one) => one.split(",").at(-1))).toEqual(["1000", "2000", "3000"]);
  const none = selectParts(source, () => false);
  expect(await exportParts(none, join(folder, "none.parquet"))).toEqual({ rows: 0, columns: 5 });
});

test("columns that a few rows had made text are typed without them, in parts as at once", async () => {
  const bad = new Map([
    [3, "3,oops,1.5,2020-01-04"],
    [450, "450,7,cheap,2020-01-01"],
    [777, "777,7,0.5,someday"],
  ]);
  const lines = Array.from({ length: 1000 }, (_, k) => bad.get(k) ?? `${k},${k % 9},${k / 2},2020-01-0${1 + (k % 9)}`);
  writeFileSync(join(folder, "late.csv"), `id,age,price,day\n${lines.join("\n")}\n`);
  const names = new Set(["age", "price", "day"]);
  const whole = await loadSource({ kind: "file", path: "late.csv" }, place);
  const mask = Uint8Array.from(lines, (_, k) => (bad.has(k) ? 0 : 1));
  const { frame, patterns } = typeTexts(selectRows(whole.frame, mask), names);
  const parts = await typeParts(
    selectParts(await stream("late.csv", 500), (row) => !bad.has(row)),
    names,
  );
  expect([...frame.columns.values()].map(({ type }) => type)).toEqual(["integer", "integer", "number", "timestamp"]);
  expect([...patterns]).toEqual([["day", "%Y-%m-%d"]]);
  expect(parts.patterns).toEqual(patterns);
  await exportParts(parts, join(folder, "late.parquet"));
  expect(frameDigest(await readFrame(join(folder, "late.parquet")))).toBe(frameDigest(frame));
  await exportParts(parts, join(folder, "late-clean.csv"));
  const kept = lines.filter((_, k) => !bad.has(k));
  expect(readFileSync(join(folder, "late-clean.csv"), "utf8")).toBe(`id,age,price,day\n${kept.join("\n")}\n`);
});
