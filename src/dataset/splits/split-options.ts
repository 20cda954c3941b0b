import { z } from "zod";
import { parseOptions } from "#kernel";

const share = z.number().min(0).max(1);
const moment = z.union([z.number(), z.string().min(4)]).describe("microseconds since 1970 or an ISO date");

export const splitSchema = z.object({
  strategy: z.enum(["random", "stratified", "group", "time"]),
  fractions: z
    .strictObject({ train: share, validation: share, test: share })
    .refine((f) => Math.abs(f.train + f.validation + f.test - 1) < 1e-9, "the fractions must add up to 1")
    .default({ train: 0.6, validation: 0.2, test: 0.2 }),
  boundaries: z
    .strictObject({ validationFrom: moment.optional(), testFrom: moment.optional() })
    .optional()
    .describe("first moment of validation and of test, in place of fractions"),
  time: z.string().optional(),
  group: z.string().optional(),
  target: z.string().optional(),
  gapDays: z.number().min(0).default(0).describe("days before each cut that are left out"),
  features: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("columns over which rows count as duplicates; all by default"),
  keepDuplicatesTogether: z.boolean().default(true),
  seed: z.number().int().default(0),
});

export type SplitOptions = z.input<typeof splitSchema>;
export type ResolvedSplitOptions = z.output<typeof splitSchema>;

export const resolveSplitOptions = (options: SplitOptions) =>
  parseOptions(splitSchema, options, "the split", "DATASET_OPERATION_INVALID");
