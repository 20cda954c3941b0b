import { z } from "zod";

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Features that a person writes, by name. */
export const declaredFeaturesSchema = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, "a feature's name is letters, digits and _: pricePerCarat"),
  z.strictObject({
    sql: z
      .string()
      .min(1)
      .describe("an SQL expression over the raw columns: a number, a condition, or one of some texts"),
    vectors: z
      .record(z.string(), z.array(z.number()).min(1))
      .optional()
      .describe("numbers for each of some texts, as many for each: the feature is those of the text that `sql` gives"),
    otherwise: z.array(z.number()).optional().describe("the numbers of a text that `vectors` lacks; default: zeros"),
    examples: z
      .array(
        z.strictObject({
          row: z
            .record(z.string(), cell)
            .describe("the columns that the expression reads; one that is left out is missing"),
          value: z.union([cell, z.array(z.number())]).describe("what the feature must be; null: missing"),
        }),
      )
      .default([])
      .describe("rows with the value that the feature must have; checked whenever the config is read"),
    meaning: z.string().optional().describe("what it says, for people"),
  }),
);

export type DeclaredFeatures = z.output<typeof declaredFeaturesSchema>;
export type DeclaredFeature = DeclaredFeatures[string];
