import { MillraceError } from "#kernel";

/** What went wrong with a trainer, and the end of what it said. */
export function trainerFailed(trainer: string, why: string, output = ""): MillraceError {
  const said = output.trim().split("\n").slice(-8).join("\n").slice(-1000);
  return new MillraceError("LEARN_TRAINER_FAILED", {
    message: `The trainer ${trainer} gave no model: ${why.replace(/\.$/, "")}.${said === "" ? "" : `\nIt said last:\n${said}`}`,
    next: "Correct the program; it must write one model file (model.txt, .json, .onnx or .millrace) to the folder MILLRACE_TRAIN.",
    facts: { trainer },
  });
}
