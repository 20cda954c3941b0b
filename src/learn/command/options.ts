import { z } from "zod";

/** Options of a trainer that is a command or a Python function. */
export const commandOptions = z.object({
  command: z
    .array(z.string().min(1))
    .max(100)
    .default([])
    .describe("a program and its arguments; it reads and writes the folder that MILLRACE_TRAIN names"),
  function: z
    .string()
    .regex(/^[^\0]+\.py#[A-Za-z_][A-Za-z0-9_]*$/, "a function is FILE.py#NAME")
    .optional()
    .describe("instead: a Python function, FILE.py#NAME, of (train, validation, task) that gives a model"),
  python: z
    .array(z.string().min(1))
    .min(1)
    .default(["python3"])
    .describe('what runs a Python function: ["uv", "run", "--with", "lightgbm", "--with", "pyarrow", "python"]'),
  timeLimitSeconds: z
    .number()
    .gt(0)
    .max(86_400)
    .default(600)
    .describe("after so long it is stopped, and the trial fails"),
  revision: z.string().default("").describe("say another one when the program changed: the cache knows only this text"),
});

export type CommandOptions = z.output<typeof commandOptions>;
