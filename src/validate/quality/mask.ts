import { createHmac } from "node:crypto";
import type { Column, Frame } from "@millrace/program";
import { z } from "zod";
import { MillraceError } from "#kernel";
import { columnOf } from "../column-of.ts";
import { personalPatterns } from "./personal-patterns.ts";

/** What is done to a column so that it tells less of a person. */
export const maskSchema = z.discriminatedUnion("how", [
  z.strictObject({ how: z.literal("drop") }).describe("the column is left out"),
  z
    .strictObject({ how: z.literal("redact") })
    .describe("every value becomes [redacted]; parts of longer texts become [email] and the like"),
  z
    .strictObject({ how: z.literal("hash") })
    .describe("HMAC-SHA256 with the key, 16 hex digits: equal stays equal, nobody without the key can guess"),
  z
    .strictObject({ how: z.literal("prefix"), length: z.number().int().min(1).max(64) })
    .describe("the first characters, the rest as *"),
  z
    .strictObject({ how: z.literal("range"), width: z.number().positive() })
    .describe("numbers become ranges such as 30 to 40"),
  z
    .strictObject({ how: z.literal("date"), unit: z.enum(["year", "month"]) })
    .describe("dates become the first day of their year or month"),
]);
export type Mask = z.output<typeof maskSchema>;

export interface MaskOptions {
  /** Needed by `hash`; at least 16 bytes. */
  readonly key?: string;
}

/**
 * A frame that tells less of persons: named columns dropped, redacted, hashed with a key, cut or made coarser.
 *
 * ```ts
 * const zip = { type: "string", codes: Int32Array.of(0), levels: ["10115"] } as const;
 * maskColumns({ rows: 1, columns: new Map([["zip", zip]]) }, { zip: { how: "prefix", length: 2 } }).columns.get("zip"); // levels: ["10***"]
 * ```
 *
 * Missing: stays missing. Errors: VALIDATE_COLUMN_UNKNOWN; VALIDATE_MASK_NOT_POSSIBLE: a mask that does not fit the column's type, or
 * `hash` without a key of 16 bytes.
 */
export function maskColumns(frame: Frame, masks: Readonly<Record<string, Mask>>, options: MaskOptions = {}): Frame {
  for (const name of Object.keys(masks)) columnOf(frame, name);
  const columns = new Map<string, Column>();
  for (const [name, column] of frame.columns) {
    const mask = Object.hasOwn(masks, name) ? masks[name] : undefined;
    if (mask === undefined) columns.set(name, column);
    else if (mask.how !== "drop") columns.set(name, maskColumn(name, column, mask, options, frame.rows));
  }
  return { rows: frame.rows, columns };
}

function maskColumn(name: string, column: Column, mask: Mask, { key }: MaskOptions, rows: number): Column {
  switch (mask.how) {
    case "drop":
      return column;
    case "redact":
      return mapTexts(asText(name, column, rows), redactText);
    case "hash": {
      if (key === undefined || Buffer.byteLength(key) < 16)
        throw impossible(
          name,
          "`hash` needs a key of at least 16 bytes",
          "Give one as a secret, on the command line with --key NAME; `openssl rand -hex 32` makes one.",
        );
      return mapTexts(asText(name, column, rows), (text) =>
        createHmac("sha256", key).update(text, "utf8").digest("hex").slice(0, 16),
      );
    }
    case "prefix":
      return mapTexts(asText(name, column, rows), (text) => {
        const characters = [...text];
        return characters.map((character, k) => (k < mask.length ? character : "*")).join("");
      });
    case "range":
      if (column.type !== "number" && column.type !== "integer")
        throw impossible(name, "`range` is for numbers", "Take another mask for it.");
      return mapNumbers(column, rows, (value) => {
        const low = Math.floor(value / mask.width) * mask.width;
        return `${rounded(low)} to ${rounded(low + mask.width)}`;
      });
    case "date":
      if (column.type !== "timestamp") throw impossible(name, "`date` is for dates", "Take another mask for it.");
      return {
        ...column,
        values: column.values.map((micros, row) => {
          if (column.missing?.[row] === 1) return 0;
          const date = new Date(micros / 1000);
          return Date.UTC(date.getUTCFullYear(), mask.unit === "year" ? 0 : date.getUTCMonth(), 1) * 1000;
        }),
      };
  }
}

/** Without the last digits, in which 3 × 0.1 is not 0.3. */
const rounded = (value: number) => Number(value.toPrecision(12));

/** Redacts what is personal inside a text; a text that holds nothing known is redacted whole. */
function redactText(text: string): string {
  let found = false;
  let rest = text;
  for (const { kind, within, is } of personalPatterns) {
    if (within === undefined) continue;
    rest = rest.replace(new RegExp(within, `g${within.flags}`), (part) => {
      if (!is(part.trim())) return part;
      found = true;
      return `[${kind}]`;
    });
  }
  return found && rest.replace(/\[[a-z-]+\]/g, "").trim() !== "" ? rest : "[redacted]";
}

type Texts = Extract<Column, { type: "string" }>;

function asText(name: string, column: Column, rows: number): Texts {
  if (column.type === "string") return column;
  if (column.type === "vector") throw impossible(name, "a vector cannot be masked", "Drop it.");
  if (column.type === "timestamp") return mapNumbers(column, rows, (micros) => new Date(micros / 1000).toISOString());
  return mapNumbers(column, rows, (value) => (column.type === "bool" ? String(value === 1) : String(value)));
}

function mapTexts(column: Texts, change: (text: string) => string): Texts {
  const codeOf = new Map<string, number>();
  const levels: string[] = [];
  const changed = column.levels.map((level) => intern(change(level), codeOf, levels));
  return { type: "string", codes: column.codes.map((code) => (code < 0 ? -1 : changed[code]!)), levels };
}

function mapNumbers(
  column: Exclude<Column, { type: "string" | "vector" }>,
  rows: number,
  change: (value: number) => string,
): Texts {
  const codeOf = new Map<string, number>();
  const levels: string[] = [];
  const codes = new Int32Array(rows).fill(-1);
  for (let row = 0; row < rows; row++)
    if (column.missing?.[row] !== 1) codes[row] = intern(change(column.values[row]!), codeOf, levels);
  return { type: "string", codes, levels };
}

function intern(text: string, codeOf: Map<string, number>, levels: string[]): number {
  let code = codeOf.get(text);
  if (code === undefined) {
    code = levels.length;
    levels.push(text);
    codeOf.set(text, code);
  }
  return code;
}

function impossible(column: string, why: string, next: string): MillraceError {
  return new MillraceError("VALIDATE_MASK_NOT_POSSIBLE", {
    message: `The column "${column}" cannot be masked so: ${why}.`,
    next,
    facts: { column },
  });
}
