import { isKnownPattern } from "@millrace/program";
import { z } from "zod";
import { MillraceError } from "#kernel";

const secretSchema = z.strictObject({ secret: z.string().min(1) });
const columnTypeSchema = z.union([
  z.enum(["number", "integer", "bool", "timestamp", "string"]),
  z.strictObject({
    timestamp: z
      .string()
      .refine(isKnownPattern, "a pattern holds strptime letters such as %d/%m/%Y")
      .describe("pattern such as %d/%m/%Y"),
  }),
]);
const table = {
  table: z.string().min(1).optional(),
  query: z.string().min(1).optional().describe("a SELECT without ORDER BY"),
  orderBy: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe("columns that order the rows totally"),
};
const oneOf = (value: { table?: string | undefined; query?: string | undefined }) =>
  (value.table === undefined) !== (value.query === undefined);
const oneOfMessage = { error: "give either table or query" };

/** A file, a glob of files or an http(s) address. */
export const fileSourceSchema = z
  .strictObject({
    kind: z.literal("file"),
    path: z.string().min(1).describe("file, glob, or http(s) address; relative to the project"),
    format: z.enum(["csv", "tsv", "jsonl", "json", "parquet"]).optional(),
    delimiter: z.string().length(1).optional(),
    quote: z.enum(['"', "'", ""]).default('"').describe("empty turns quoting off"),
    escape: z.enum(["double", "backslash"]).default("double").describe("how a quote is written inside quotes"),
    encoding: z.enum(["utf-8", "utf-16le", "utf-16be", "latin-1", "windows-1252"]).optional(),
    header: z.boolean().optional(),
    names: z.array(z.string().min(1)).min(1).optional().describe("column names in order, in place of the header's"),
    nullValues: z.array(z.string()).default([]).describe("texts that mean missing, beside the empty text"),
    trim: z.boolean().default(false).describe("cut blanks around unquoted fields"),
    decimal: z.enum([".", ","]).default(".").describe("decimal mark of numbers in text"),
    thousands: z.enum(["", ".", ",", " ", "'"]).default("").describe("mark between thousands of numbers in text"),
    types: z.record(z.string(), columnTypeSchema).optional().describe("declared column types"),
    maxBytes: z
      .number()
      .int()
      .positive()
      .default(4 * 2 ** 30)
      .describe("largest file, unpacked"),
  })
  .refine(({ decimal, thousands }) => decimal !== thousands, {
    error: "decimal and thousands must be different marks",
    path: ["thousands"],
  });

export const sqliteSourceSchema = z
  .strictObject({ kind: z.literal("sqlite"), path: z.string().min(1), ...table })
  .refine(oneOf, oneOfMessage);

export const postgresSourceSchema = z
  .strictObject({
    kind: z.literal("postgres"),
    address: z.string().regex(/^postgres(ql)?:\/\//, "an address starts with postgres://"),
    ...table,
    password: secretSchema.optional(),
    watermark: z.string().optional().describe("a query whose answer changes when the rows do"),
  })
  .refine(oneOf, oneOfMessage);

export const imagesSourceSchema = z.strictObject({
  kind: z.literal("images"),
  path: z.string().min(1).describe("a folder, searched with its subfolders"),
  onBroken: z.enum(["record", "error"]).default("record"),
  maxPixels: z.number().int().positive().default(100_000_000),
  content: z.boolean().default(false).describe("with the images themselves, in base64, as the column `image`"),
});

/** What a source may be; unknown keys are errors. */
export const sourceSchema = z.discriminatedUnion("kind", [
  fileSourceSchema,
  sqliteSourceSchema,
  postgresSourceSchema,
  imagesSourceSchema,
]);

/** A source as a person writes it. */
export type SourceRef = z.input<typeof sourceSchema>;
/** A source with its defaults filled in. */
export type ResolvedSource = z.output<typeof sourceSchema>;
export type FileSource = z.output<typeof fileSourceSchema>;
export type SqliteSource = z.output<typeof sqliteSourceSchema>;
export type PostgresSource = z.output<typeof postgresSourceSchema>;
export type ImagesSource = z.output<typeof imagesSourceSchema>;

/** The source with defaults filled in, or `DATASET_SOURCE_INVALID` naming each wrong key. */
export function resolveSource(source: SourceRef): ResolvedSource {
  const parsed = sourceSchema.safeParse(source);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "source"}: ${issue.message}`);
  throw new MillraceError("DATASET_SOURCE_INVALID", {
    message: `The source is not valid: ${problems.join("; ")}.`,
    next: "Correct the source in millrace.config.ts and run again.",
    facts: { problems },
  });
}
