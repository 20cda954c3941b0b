import { readFile } from "node:fs/promises";
import { type ProblemAnswers, problemAnswersSchema, problemQuestions } from "#factory";
import { MillraceError, parseOptions } from "#kernel";
import { optionInvalid } from "./options.ts";

/**
 * The answers of a file (JSON). Errors: CLI_OPTION_INVALID: when it cannot be read, is no JSON, or has an unknown key.
 */
export async function readAnswers(path: string): Promise<ProblemAnswers> {
  const next = `Write one JSON object with some of: ${Object.keys(problemAnswersSchema.shape).join(", ")}.`;
  let typed: unknown;
  try {
    typed = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw optionInvalid(`The answers in ${path} cannot be read: ${(error as Error).message}.`, next);
  }
  return parseOptions(problemAnswersSchema, typed as object, path, "CLI_OPTION_INVALID");
}

/** Asks on the terminal; Enter leaves a question open. Errors: KERNEL_STOPPED: when the asking is broken off. */
export async function askProblem(task: "binary" | "multiclass" | "regression"): Promise<ProblemAnswers> {
  const { isCancel, text } = await import("@clack/prompts");
  const typed: Record<string, unknown> = {};
  for (const { key, question } of problemQuestions(task)) {
    const read = readers[key] ?? ((words: string) => words);
    const said = await text({
      message: question,
      placeholder: "Enter: I don't know yet",
      validate: (words) => {
        if (words === undefined || words.trim() === "") return undefined;
        return problemAnswersSchema.shape[key].safeParse(read(words)).success
          ? undefined
          : "That cannot be read; try again.";
      },
    });
    if (isCancel(said))
      throw new MillraceError("KERNEL_STOPPED", {
        message: "Nothing was written.",
        next: "Ask again with: millrace init",
      });
    if (said !== undefined && said.trim() !== "") typed[key] = read(said);
  }
  return parseOptions(problemAnswersSchema, typed, "the answers", "CLI_OPTION_INVALID");
}

/** How a typed line becomes an answer, where it is not the text itself. */
const readers: Partial<Record<keyof ProblemAnswers, (words: string) => unknown>> = {
  perYear: Number,
  falsePositive: Number,
  falseNegative: Number,
  truthKnownAfterDays: Number,
  money: Number,
  knownAfter: (words) => words.split(",").map((word) => word.trim()),
  // "churn from 12 to 10 %"
  kpi: (words) => {
    const found = words.match(/^(.*?)\s*(?:from\s+)?(-?[\d.]+)\s+to\s+(-?[\d.]+)\s*(.*)$/i);
    return found === null ? words : { name: found[1], from: Number(found[2]), to: Number(found[3]), unit: found[4] };
  },
  // "rocAucScore 0.8, logLoss 0.4"
  success: (words) =>
    Object.fromEntries(
      words.split(",").map((part) => {
        const [name = "", value] = part.trim().split(/[\s:=]+/);
        return [name, Number(value)];
      }),
    ),
};
