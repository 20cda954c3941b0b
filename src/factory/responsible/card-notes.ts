import { z } from "zod";
import { cardQuestions, type WrittenAnswers } from "#registry";

const text = z.string().min(1);
const answers = Object.fromEntries(
  Object.entries(cardQuestions).map(([key, question]) => [key, text.optional().describe(question.asked)]),
);

/** What only a person can write of a model; the card and the documentation packs ask for what is not here. */
export const cardSchema = z.strictObject({
  outOfScope: z.array(text).default([]).describe("what it must not be used for"),
  limits: z.array(text).default([]).describe("don't trust it when …"),
  ...(answers as { [K in keyof WrittenAnswers]-?: z.ZodOptional<z.ZodString> }),
});
export type CardNotes = Readonly<z.output<typeof cardSchema>>;
