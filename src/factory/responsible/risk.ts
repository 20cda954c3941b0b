import { z } from "zod";
import type { RiskTier } from "#registry";

/** How bad it would be: `none` nobody is harmed, `minor` it can be put right, `serious` it cannot, or not easily. */
const severitySchema = z.enum(["none", "minor", "serious"]);

const answerSchema = z.strictObject({
  answer: z.string().min(1).describe("in plain words"),
  severity: severitySchema.describe("how bad it would be: none, minor (can be put right) or serious"),
});

const harmSchema = answerSchema.extend({
  slices: z.array(z.string()).default([]).describe("columns whose slices are the evidence"),
});

/** What a person answers before a model decides anything. */
export const riskSchema = z.strictObject({
  unavailable: answerSchema.optional().describe("what if it gives no answer?"),
  wrong: answerSchema.optional().describe("what if it is wrong?"),
  decays: answerSchema.optional().describe("what if it grows worse and nobody sees it?"),
  keepersLeave: answerSchema.optional().describe("what if those who keep it leave?"),
  representational: harmSchema.optional().describe("does it draw people as less than they are?"),
  opportunityDenial: harmSchema.optional().describe("can it keep somebody from something (credit, work, a flat)?"),
  disproportionateFailure: harmSchema.optional().describe("does it work worse for some people?"),
  disadvantage: harmSchema.optional().describe("does it put people who are worse off at a further disadvantage?"),
});
export type RiskAnswers = Readonly<z.output<typeof riskSchema>>;
export type RiskQuestion = keyof RiskAnswers;

/** The questions as they are asked. */
export const riskQuestions: Readonly<Record<RiskQuestion, string>> = {
  unavailable: "What happens when it gives no answer?",
  wrong: "What happens when it is wrong?",
  decays: "What happens when it grows worse and nobody notices?",
  keepersLeave: "What happens when those who keep it leave?",
  representational: "Representational harm: does it draw people as less than they are?",
  opportunityDenial: "Opportunity denial: can it keep somebody from something they need?",
  disproportionateFailure: "Disproportionate product failure: does it work worse for some people?",
  disadvantage: "Harm by disadvantage: does it make it worse for people who are worse off already?",
};

/** Questions about people and wrong answers weigh more than those about running it. */
const aboutPeople: readonly RiskQuestion[] = [
  "wrong",
  "representational",
  "opportunityDenial",
  "disproportionateFailure",
  "disadvantage",
];

/**
 * The tier that the answers lead to: `high` where being wrong or one of the four harms is serious; `limited` where one of
 * these is minor, or anything else is serious; else `minimal`. An unanswered question adds nothing: the card asks for it.
 *
 * ```ts
 * tierOfAnswers({ wrong: { answer: "A loan is refused.", severity: "serious" } }); // "high"
 * ```
 */
export function tierOfAnswers(answers: RiskAnswers): RiskTier {
  const severityOf = (question: RiskQuestion) => answers[question]?.severity ?? "none";
  if (aboutPeople.some((question) => severityOf(question) === "serious")) return "high";
  const questions = Object.keys(riskQuestions) as RiskQuestion[];
  if (aboutPeople.some((question) => severityOf(question) === "minor")) return "limited";
  return questions.some((question) => severityOf(question) === "serious") ? "limited" : "minimal";
}

/** The questions that nobody answered. */
export function unanswered(answers: RiskAnswers): readonly RiskQuestion[] {
  return (Object.keys(riskQuestions) as RiskQuestion[]).filter((question) => answers[question] === undefined);
}
