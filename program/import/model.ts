import type { Program, Tensor } from "../model.ts";
import { ProgramError } from "../problem.ts";

/** A model that was trained elsewhere, as a program; it passes `validateProgram`. */
export interface Imported {
  readonly program: Program;
  readonly tensors: Map<string, Tensor>;
}

export interface ImportOptions {
  /** Class names in the order of the model's numbers; the numbers themselves where none are given. */
  readonly classes?: readonly string[];
  /** Categories by column in the order of their numbers, where the file does not hold them or holds them damaged. */
  readonly categories?: Readonly<Record<string, readonly string[]>>;
  /** ONNX: names of the columns of an input that is a matrix; under the empty name those of the only one. */
  readonly columns?: Readonly<Record<string, readonly string[]>>;
  /** How many boosting rounds count, as early stopping may say; all where none is given. */
  readonly rounds?: number;
}

/** The categories that the file holds and those that are given, by feature. */
export function knownLevels(
  names: readonly string[],
  held: ReadonlyMap<number, readonly string[]>,
  { categories = {} }: ImportOptions,
): ReadonlyMap<number, readonly string[]> {
  const given = names.flatMap((name, feature) =>
    Object.hasOwn(categories, name) ? [[feature, categories[name]!] as const] : [],
  );
  return new Map([...held, ...given]);
}

/** A file that is not what it should be. */
export function invalidModel(format: string, problem: string): ProgramError {
  return new ProgramError(
    "PROGRAM_IMPORT_INVALID",
    `This is no ${format} that can be read: ${problem}.`,
    "Save the model again with the library that trained it.",
  );
}

/** A sound file of a kind that a program cannot hold. */
export function unsupportedModel(
  format: string,
  what: string,
  next = "Train it without that, or run it through onnxruntime as it is.",
): ProgramError {
  return new ProgramError("PROGRAM_IMPORT_UNSUPPORTED", `A ${format} with ${what} cannot become a program.`, next);
}
