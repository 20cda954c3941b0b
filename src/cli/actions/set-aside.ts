import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Frame } from "@millrace/program";
import { exportParts, exportText, type LoadedSource, selectParts, selectRows, typeTexts, writeFrame } from "#dataset";
import {
  type Anomaly,
  findQuarantine,
  markQuarantine,
  type NestedFrame,
  quarantineColumns,
  type Schema,
} from "#validate";
import type { ActionContext } from "../command.ts";
import { textOption } from "../options.ts";
import { withPlace } from "../read-data.ts";
import { type LargeSource, largeOf } from "../read-parts.ts";
import type { JudgedRule } from "../show-validation.ts";

/** Where the rows went: those at fault, and the others. */
export interface SetAsideFiles {
  readonly quarantine?: string;
  readonly clean?: string;
}

function filesOf({ options }: ActionContext): SetAsideFiles | undefined {
  const [quarantine, clean] = [textOption(options, "quarantine"), textOption(options, "clean")];
  if (quarantine === undefined && clean === undefined) return undefined;
  return { ...(quarantine && { quarantine }), ...(clean && { clean }) };
}

/** Writes the rows that cause errors, and the others, where the options ask for it. */
export async function setAside(
  context: ActionContext,
  frame: Frame,
  nest: (frame: Frame) => NestedFrame,
  { patterns }: LoadedSource,
  schema: Schema,
  anomalies: readonly Anomaly[],
  rules: readonly JudgedRule[],
): Promise<{ rows: number; clean: Frame; files: SetAsideFiles } | undefined> {
  const files = filesOf(context);
  if (files === undefined) return undefined;
  const faulty = rules
    .filter(({ verdict, severity }) => verdict === "broken" && severity === "ERROR")
    .map(({ name, rows = [] }) => ({ reason: `rule ${name}`, rows }));
  const found = findQuarantine(nest(frame), schema, anomalies, faulty);
  const rest = selectRows(
    frame,
    found.mask.map((bad) => 1 - bad),
  );
  // A column that its worst values had made text is numbers again once they are gone.
  const mistyped = anomalies.filter(({ type }) => type === "UNEXPECTED_DATA_TYPE").map(({ feature }) => feature ?? "");
  const clean = found.rows === 0 ? rest : typeTexts(rest, new Set(mistyped));
  if (files.quarantine !== undefined)
    await writeRows(markQuarantine(selectRows(frame, found.mask), found), files.quarantine, patterns);
  if (files.clean !== undefined) await writeRows(clean, files.clean, patterns);
  return { rows: found.rows, clean, files };
}

/** Rows as a .csv or .parquet file, texts as they were read. */
async function writeRows(frame: Frame, out: string, patterns: ReadonlyMap<string, string>): Promise<void> {
  if (out.endsWith(".parquet")) return writeFrame(frame, resolve(out), { patterns });
  const folder = await mkdtemp(join(tmpdir(), "millrace-"));
  try {
    const path = join(folder, "rows.parquet");
    await writeFrame(frame, path, { patterns });
    await withPlace((place) => exportText({ kind: "file", path }, out, place));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As `setAside`, of a source that is read in parts: two bytes a row are kept, which say why it is set aside. */
export async function setAsideParts(
  context: ActionContext,
  large: LargeSource,
  wanted: (name: string) => boolean,
  rows: number,
  schema: Schema,
  anomalies: readonly Anomaly[],
): Promise<{ rows: number; clean: LargeSource; files: SetAsideFiles } | undefined> {
  const files = filesOf(context);
  if (files === undefined) return undefined;
  const why = new Uint16Array(rows);
  const reasons = [""];
  let bad = 0;
  await large.each("looking for rows to set aside", (frame, before) => {
    for (const [row, said] of findQuarantine(frame, schema, anomalies).reasons) {
      const reason = said.join("; ");
      if (!reasons.includes(reason)) reasons.push(reason);
      why[before + row] = reasons.indexOf(reason);
      bad++;
    }
  });
  const clean = selectParts(large.stream, (row) => why[row] === 0);
  if (files.quarantine !== undefined)
    await exportParts(
      selectParts(large.stream, (row) => why[row] !== 0, [
        { name: quarantineColumns.row, type: "integer", valueAt: (row) => row + 1 },
        { name: quarantineColumns.reasons, type: "string", valueAt: (row) => reasons[why[row]!]! },
      ]),
      files.quarantine,
    );
  if (files.clean !== undefined) await exportParts(clean, files.clean);
  return { rows: bad, clean: largeOf(context, clean, large.memory, wanted), files };
}
