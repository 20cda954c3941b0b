import { z } from "zod";
import { MillraceError } from "#kernel";
import { ExactSum } from "../sums/exact-sum.ts";
import type { PartialStatistics } from "./model.ts";

const doubles = z
  .string()
  .regex(/^[A-Za-z0-9+/]*={0,2}$/)
  .transform((text, context) => {
    const bytes = Buffer.from(text, "base64");
    if (bytes.length % 8 !== 0) context.addIssue({ code: "custom", message: "is not whole doubles" });
    return new Float64Array(new Uint8Array(bytes).buffer, 0, Math.floor(bytes.length / 8));
  });
const count = z.int().min(0);
const exactSum = z.string().transform((text, context) => {
  try {
    return ExactSum.fromText(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
    return new ExactSum();
  }
});
const alike = ({ values, counts }: { values: ArrayLike<unknown>; counts: Float64Array }) =>
  values.length === counts.length && counts.every((one) => Number.isSafeInteger(one) && one > 0);
const countedNumbers = z
  .strictObject({ values: doubles, counts: doubles })
  .refine(
    ({ values, counts }) => alike({ values, counts }) && values.every((value, k) => k === 0 || value > values[k - 1]!),
    "values must ascend, each with a count",
  );
const countedTexts = z
  .strictObject({ values: z.array(z.string()), counts: doubles })
  .refine((counted) => alike(counted) && new Set(counted.values).size === counted.values.length, "values must differ");

const numbers = z.strictObject({
  bits: z.int().min(1).max(52),
  count,
  zeros: count,
  nans: count,
  negativeInfinities: count,
  positiveInfinities: count,
  min: z.number().default(Infinity),
  max: z.number().default(-Infinity),
  sum: exactSum,
  squares: exactSum,
  counted: countedNumbers,
  hashes: doubles.optional(),
});
const texts = z.strictObject({
  count,
  totalBytes: count,
  minBytes: count.default(Number.POSITIVE_INFINITY),
  maxBytes: count,
  invalid: count,
  counted: countedTexts.optional(),
  binary: countedTexts.optional(),
  hashes: doubles.optional(),
});
const partial = z.strictObject({
  format: z.literal("millrace-partial-statistics"),
  version: z.literal(1),
  rows: count,
  limit: count.nullable().transform((limit) => limit ?? Number.POSITIVE_INFINITY),
  weightedRows: exactSum.optional(),
  columns: z.array(
    z.strictObject({
      name: z.string(),
      path: z.array(z.string()).optional(),
      type: z.enum(["INT", "FLOAT", "STRING", "BYTES", "STRUCT", "BOOL", "TIMESTAMP", "VECTOR"]),
      present: count,
      missing: count,
      lengths: countedNumbers.optional(),
      levels: z.array(z.strictObject({ present: count, missing: count, lengths: countedNumbers })).optional(),
      numbers: numbers.optional(),
      texts: texts.optional(),
      weights: z
        .strictObject({
          present: exactSum,
          missing: exactSum,
          total: exactSum,
          values: z.array(z.tuple([z.union([z.number(), z.string()]), exactSum])).transform((pairs) => new Map(pairs)),
        })
        .optional(),
    }),
  ),
});

/**
 * Reads what `encodePartial` wrote.
 *
 * Errors: VALIDATE_STATISTICS_INVALID: when the text is no such JSON, or its counts do not fit together; names the place.
 */
export function decodePartial(text: string): PartialStatistics {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(`it is no JSON (${(cause as Error).message})`, cause);
  }
  const read = partial.safeParse(json);
  if (read.success) return read.data as PartialStatistics;
  const [issue] = read.error.issues;
  throw invalid(`${issue?.path.join(".")}: ${issue?.message}`, read.error);
}

function invalid(what: string, cause: unknown): MillraceError {
  return new MillraceError("VALIDATE_STATISTICS_INVALID", {
    message: `The partial statistics cannot be read: ${what}.`,
    next: "Make them anew with `partialStatistics` and write them with `encodePartial`.",
    cause,
  });
}
