import { z } from "zod";
import { MillraceError } from "#kernel";
import { type ProblemStatement, problemName } from "./problem-statement.ts";

const text = z.string().nullable();

/** What is read of a statement; people edit the file, so that the rest may be as they like. */
const statementSchema = z.looseObject({
  format: z.literal(1),
  version: z.number().int().min(1),
  name: z.string(),
  decision: z.looseObject({ decision: text, by: text }),
  kpi: z.looseObject({ name: z.string(), from: z.number(), to: z.number(), unit: z.string() }).nullable(),
  success: z.array(z.looseObject({ metric: z.string(), atLeast: z.number() })),
  alternatives: z.array(z.looseObject({ name: z.string(), verdict: z.string() })).default([]),
  earlier: z
    .array(
      z.looseObject({
        folder: z.string(),
        model: z.string(),
        version: z.number(),
        metric: z.string(),
        value: z.number(),
        low: z.number().nullable(),
        high: z.number().nullable(),
      }),
    )
    .default([]),
  feasibility: z.looseObject({
    verdict: z.enum(["go", "rule", "gather", "no"]),
    reasons: z.array(z.string()),
    valuePerYear: z.looseObject({ amount: z.number(), currency: z.string(), how: z.string() }).nullable(),
  }),
  retraining: z.looseObject({
    everyHours: z.number().nullable(),
    windowDays: z.number().nullable(),
    labelling: z.string(),
  }),
  milestones: z.array(
    z.looseObject({
      name: z.string(),
      owner: text,
      date: z.iso.date().nullable(),
      reached: z.discriminatedUnion("when", [
        z.looseObject({ when: z.literal("registered") }),
        z.looseObject({ when: z.literal("serving") }),
        z.looseObject({ when: z.literal("metrics"), atLeast: z.record(z.string(), z.number()) }),
      ]),
    }),
  ),
  open: z.array(z.string()),
});

/** The statement of a file's text. Errors: CLI_PROBLEM_UNREADABLE, with the place of the first fault. */
export function readStatement(path: string, content: string): ProblemStatement {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (error) {
    throw unreadable(path, `is no JSON (${(error as Error).message})`);
  }
  const { data, error } = statementSchema.safeParse(parsed);
  if (data !== undefined) return data as unknown as ProblemStatement;
  const [{ path: place, message }] = error.issues as [z.core.$ZodIssue];
  throw unreadable(path, `is no problem statement: ${place.length === 0 ? "" : `${place.join(".")}: `}${message}`);
}

export function unreadable(path: string, why: string): MillraceError {
  return new MillraceError("CLI_PROBLEM_UNREADABLE", {
    message: `The problem statement ${path} ${why}.`,
    next: `Correct ${problemName} there, or pose the problem anew: millrace init DATA --answers answers.json`,
    facts: { path },
  });
}
