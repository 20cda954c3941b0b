import { z } from "zod";
import { MillraceError } from "#kernel";

const name = z.string().min(1);
const names = z.array(name).min(1);
const keys = z.array(z.union([name, z.strictObject({ left: name, right: name })])).min(1);

const computed = z.strictObject({
  name,
  how: z.enum(["count", "countDistinct", "sum", "mean", "std", "min", "max", "first", "last"]),
  column: name.optional().describe("not needed for count, which then counts rows"),
});

/** Recorded operations on a snapshot; each is applied to what the one before gave. */
export const operationSchema = z.discriminatedUnion("op", [
  z.strictObject({
    op: z.literal("derive"),
    name,
    sql: z.string().min(1).describe("expression over the columns of one row"),
  }),
  z.strictObject({ op: z.literal("filter"), where: z.string().min(1).describe("rows for which this is true stay") }),
  z.strictObject({ op: z.literal("select"), columns: names }),
  z.strictObject({ op: z.literal("drop"), columns: names }),
  z.strictObject({ op: z.literal("rename"), columns: z.array(z.strictObject({ from: name, to: name })).min(1) }),
  z.strictObject({
    op: z.literal("join"),
    with: name.describe("name of another snapshot"),
    on: keys,
    kind: z.enum(["left", "inner"]).default("left"),
    columns: names.optional().describe("columns to take from the other snapshot; all but its keys by default"),
    prefix: z.string().default(""),
  }),
  z.strictObject({
    op: z.literal("joinAsOf"),
    with: name,
    on: keys,
    time: z.strictObject({ left: name, right: name }),
    maxAgeDays: z.number().positive().optional(),
    columns: names.optional(),
    prefix: z.string().default(""),
  }),
  z.strictObject({ op: z.literal("aggregate"), by: z.array(name), compute: z.array(computed).min(1) }),
  z.strictObject({
    op: z.literal("pivot"),
    by: names,
    names: name.describe("column whose values become columns"),
    values: name.optional(),
    how: computed.shape.how.default("first"),
    levels: z
      .array(z.string())
      .min(1)
      .optional()
      .describe("values to make columns of, so that later data give the same columns"),
    prefix: z.string().default(""),
  }),
  z.strictObject({
    op: z.literal("sample"),
    seed: z.number().int().default(0),
    rows: z.number().int().positive().optional(),
    fraction: z.number().gt(0).max(1).optional(),
    by: names.optional().describe("sample within each group of these columns"),
    balanced: z.boolean().default(false).describe("every group gives as many rows as the smallest"),
  }),
]);

export type OperationInput = z.input<typeof operationSchema>;
export type Operation = z.output<typeof operationSchema>;

/** Operations with defaults filled in, or `DATASET_OPERATION_INVALID` naming each wrong key. */
export function resolveOperations(operations: readonly OperationInput[]): Operation[] {
  return operations.map((operation, k) => {
    const parsed = operationSchema.safeParse(operation);
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "operation"}: ${issue.message}`);
    throw invalidOperation(`Operation ${k + 1} is not valid: ${problems.join("; ")}.`);
  });
}

export function invalidOperation(message: string, next = "Correct the operation and run again."): MillraceError {
  return new MillraceError("DATASET_OPERATION_INVALID", { message, next });
}
