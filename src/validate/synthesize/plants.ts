import { type Column, exp, type Frame } from "@millrace/program";
import { z } from "zod";
import { MillraceError, type RandomStream, randomStream } from "#kernel";
import { columnOf } from "../column-of.ts";

/** A fault, or a truth, that is planted into made-up rows, so that what should find it can be tried. */
export const plantSchema = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("drift"), column: z.string(), by: z.number() })
    .describe("numbers move by that many standard deviations; of texts that share becomes a new level"),
  z
    .strictObject({ kind: z.literal("leak"), column: z.string(), target: z.string(), share: z.number().min(0).max(1) })
    .describe("a new column that tells the target in that share of rows and is missing elsewhere"),
  z
    .strictObject({ kind: z.literal("noise"), target: z.string(), share: z.number().min(0).max(1) })
    .describe("that share of the target's values is drawn anew from the others"),
  z
    .strictObject({ kind: z.literal("signal"), target: z.string(), column: z.string(), strength: z.number() })
    .describe("a new binary target whose log odds rise by that much with each standard deviation of a column"),
]);
export type Plant = z.output<typeof plantSchema>;

/** The frame with one thing planted. Random: `seed`, by what is planted. */
export function plant(frame: Frame, what: Plant, seed: number): Frame {
  const random = randomStream(seed, `plant/${what.kind}/${"column" in what ? what.column : what.target}`);
  const columns = new Map(frame.columns);
  const put = (name: string, column: Column) => columns.set(name, column);
  switch (what.kind) {
    case "drift": {
      const column = columnOf(frame, what.column);
      if (column.type === "string") put(what.column, withNewLevel(column, what.by, random));
      else if (column.type === "bool" || column.type === "vector") throw unfit(what.column, "drift");
      else {
        const by = what.by * spread(column, frame.rows).std;
        const shift = column.type === "number" ? by : Math.round(by);
        put(what.column, {
          ...column,
          values: column.values.map((value, row) => (isMissing(column, row) ? 0 : value + shift)),
        });
      }
      break;
    }
    case "leak": {
      const target = columnOf(frame, what.target);
      const hidden = Uint8Array.from({ length: frame.rows }, () => (random.uniform() < what.share ? 0 : 1));
      put(what.column, hide(target, hidden));
      break;
    }
    case "noise": {
      const target = columnOf(frame, what.target);
      const from = Uint32Array.from({ length: frame.rows }, (_, row) =>
        random.uniform() < what.share ? Math.floor(random.uniform() * frame.rows) : row,
      );
      put(what.target, rearrange(target, from));
      break;
    }
    case "signal": {
      const column = columnOf(frame, what.column);
      if (column.type === "string" || column.type === "vector") throw unfit(what.column, "signal");
      const { mean, std } = spread(column, frame.rows);
      const codes = Int32Array.from({ length: frame.rows }, (_, row) => {
        const z = isMissing(column, row) || std === 0 ? 0 : (column.values[row]! - mean) / std;
        return random.uniform() < 1 / (1 + exp(-what.strength * z)) ? 1 : 0;
      });
      put(what.target, { type: "string", codes, levels: ["no", "yes"] });
    }
  }
  return { rows: frame.rows, columns };
}

const isMissing = (column: Exclude<Column, { type: "string" }>, row: number) => column.missing?.[row] === 1;

function spread(column: Exclude<Column, { type: "string" | "vector" }>, rows: number) {
  let sum = 0;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if (isMissing(column, row)) continue;
    sum += column.values[row]!;
    count++;
  }
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  for (let row = 0; row < rows; row++) if (!isMissing(column, row)) squares += (column.values[row]! - mean) ** 2;
  return { mean, std: count === 0 ? 0 : Math.sqrt(squares / count) };
}

function withNewLevel(column: Extract<Column, { type: "string" }>, share: number, random: RandomStream): Column {
  const levels = [...column.levels, "planted"];
  const codes = column.codes.map((code) => (random.uniform() < share && code >= 0 ? levels.length - 1 : code));
  return { type: "string", codes, levels };
}

function hide(column: Column, hidden: Uint8Array): Column {
  if (column.type === "string")
    return { ...column, codes: column.codes.map((code, row) => (hidden[row] === 1 ? -1 : code)) };
  return { ...column, missing: hidden.map((one, row) => one | (column.missing?.[row] ?? 0)) };
}

function rearrange(column: Column, from: Uint32Array): Column {
  if (column.type === "string") return { ...column, codes: Int32Array.from(from, (row) => column.codes[row]!) };
  if (column.type === "vector") throw unfit("target", "noise");
  const missing =
    column.missing === undefined ? {} : { missing: Uint8Array.from(from, (row) => column.missing![row]!) };
  if (column.type === "bool")
    return { ...column, values: Uint8Array.from(from, (row) => column.values[row]!), ...missing };
  return { ...column, values: Float64Array.from(from, (row) => column.values[row]!), ...missing };
}

function unfit(column: string, what: string): MillraceError {
  return new MillraceError("VALIDATE_COLUMN_TYPE", {
    message: `A ${what} cannot be planted into the column "${column}": its type does not allow it.`,
    next: "Name a column of numbers, dates or texts.",
    facts: { column },
  });
}
