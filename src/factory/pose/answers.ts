import { z } from "zod";

const periods = ["hours", "days", "weeks", "months", "years"] as const;
export type Period = (typeof periods)[number];

/** Steps that every problem has. */
export const usualMilestones = ["better", "good enough", "in use"] as const;

const milestoneAnswer = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .describe(`${usualMilestones.join(", ")}, or a step of your own`),
    owner: z.string().min(1).optional(),
    date: z.iso.date().optional(),
    metrics: z.record(z.string(), z.number()).optional().describe("of a step of your own: what must be reached"),
  })
  .refine(({ name, metrics }) => isUsual(name) || Object.keys(metrics ?? {}).length > 0, {
    message: "a step of your own needs the metrics that show it as reached (pilot: Ada 2027-01-31 rocAucScore 0.75)",
  });

export function isUsual(name: string): name is (typeof usualMilestones)[number] {
  return (usualMilestones as readonly string[]).includes(name);
}

/** What a person is asked before a model is made: plain questions, each of which may stay open. */
export const problemAnswersSchema = z.strictObject({
  decision: z.string().min(1).optional().describe("What is decided with the prediction?"),
  decidedBy: z.string().min(1).optional().describe("Who decides?"),
  perYear: z.number().positive().optional().describe("How many such decisions are there in a year?"),
  action: z
    .string()
    .min(1)
    .optional()
    .describe("What is done when the prediction calls for it: a call, an offer, a repair?"),
  today: z.string().min(1).optional().describe("How is it decided today?"),
  unit: z.string().min(1).optional().describe("What is one row: a customer, an order, a machine on a day?"),
  group: z
    .string()
    .min(1)
    .optional()
    .describe("Do several rows belong to one customer, machine, …? Which column names it, or none?"),
  positive: z.string().min(1).optional().describe("Which value of the target is the one to find?"),
  falsePositive: z.number().min(0).optional().describe("What does a false alarm cost?"),
  falseNegative: z.number().min(0).optional().describe("What does a miss cost?"),
  errorCost: z.number().positive().optional().describe("What does an error cost: being off by one, or a wrong class?"),
  currency: z.string().min(1).default("EUR").describe("In which currency?"),
  knownAfter: z.array(z.string()).default([]).describe("Which columns are known only after the prediction is needed?"),
  wanted: z.array(z.string()).default([]).describe("Which data would help, and are not at hand?"),
  kpi: z
    .strictObject({ name: z.string().min(1), from: z.number(), to: z.number(), unit: z.string().default("") })
    .optional()
    .describe("Which figure should change, from what to what?"),
  success: z
    .record(z.string(), z.number())
    .default({})
    .describe("From which value of a metric on is it good enough (rocAucScore: 0.8)?"),
  truthChanges: z
    .enum(periods)
    .optional()
    .describe("How fast does what is true change: hours, days, weeks, months, years?"),
  truthKnownAfterDays: z.number().min(0).optional().describe("After how many days is it known what was true?"),
  owner: z.string().min(1).optional().describe("Who answers for it?"),
  deadline: z.iso.date().optional().describe("By which day should it be in use (2027-03-31)?"),
  milestones: z
    .array(milestoneAnswer)
    .max(20)
    .default([])
    .describe("Who answers for which step, by when (good enough: Ada 2027-01-31, in use: Bo 2027-03-31)?"),
  people: z.string().min(1).optional().describe("Who works on it, and for how long?"),
  money: z.number().min(0).optional().describe("What may it cost in the first year, people and machines together?"),
});
export type ProblemAnswers = Readonly<z.output<typeof problemAnswersSchema>>;

/** Questions whose answer is proposed from the data, so that they never stay open. */
export const proposedAnswers: readonly string[] = ["group", "positive"];

export interface ProblemQuestion {
  readonly key: keyof ProblemAnswers;
  readonly question: string;
}

/** The questions in the order in which they are asked; those that make no sense of the task are left out. */
export function problemQuestions(task: "binary" | "multiclass" | "regression"): readonly ProblemQuestion[] {
  const ofBinary = new Set(["falsePositive", "falseNegative", "positive"]);
  return (Object.entries(problemAnswersSchema.shape) as [keyof ProblemAnswers, z.ZodType][])
    .filter(([key]) => (task === "binary" ? key !== "errorCost" : !ofBinary.has(key)))
    .map(([key, schema]) => ({ key, question: schema.description ?? key }));
}
