import { ProgramError } from "../problem.ts";

/** Where an expression stands: its text, and what it is called in messages (`rule`, `rules[2].if`). */
export interface SourceText {
  readonly name: string;
  readonly text: string;
}

/** A rule that does not say what it should, at a place of its text. */
export function ruleInvalid(source: SourceText, at: number, problem: string, next: string): ProgramError {
  const before = source.text.slice(0, at).split("\n");
  const place = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
  return new ProgramError("PROGRAM_RULE_INVALID", `${source.name}, ${place}: ${problem}.`, next);
}

/** A rule that does not say what it should, as a whole. */
export function definitionInvalid(problem: string, next: string): ProgramError {
  return new ProgramError("PROGRAM_RULE_INVALID", `${problem}.`, next);
}
