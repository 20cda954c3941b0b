import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Column, Frame, NumberColumn } from "@millrace/program";
import { selectRows } from "#dataset";
import { csvFrame } from "./csv-frame.ts";

/** The FAA's bird-strike reports in order of their date, with the target `damaged`. */
export function birdStrikes(): Frame {
  const raw = csvFrame(
    join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data", "birdstrikes.csv"),
  );
  const damage = raw.columns.get("Effect Amount of damage") as Extract<Column, { type: "string" }>;
  const none = damage.levels.indexOf("None");
  const damaged: Column = { type: "bool", values: Uint8Array.from(damage.codes, (code) => (code === none ? 0 : 1)) };
  const date = raw.columns.get("Flight Date") as NumberColumn;
  const order = Uint32Array.from(date.values.keys()).sort((a, b) => date.values[a]! - date.values[b]! || a - b);
  return selectRows({ rows: raw.rows, columns: new Map([...raw.columns, ["damaged", damaged]]) }, order);
}
