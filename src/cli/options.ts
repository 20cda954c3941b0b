import { knownNames, MillraceError } from "#kernel";
import type { ActionContext } from "./command.ts";

type Options = ActionContext["options"];

/** An option's text, absent where it was not given. */
export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The names of an option like `--columns a,b`. */
export function listOption(options: Options, name: string): readonly string[] {
  return (textOption(options, name) ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

export interface NumberLimits {
  readonly low: number;
  readonly high: number;
  readonly whole?: boolean;
}

/**
 * An option's number.
 *
 * Errors: CLI_OPTION_INVALID: when it is no number or outside its limits.
 */
export function numberOption(options: Options, name: string, { low, high, whole = true }: NumberLimits): number {
  const value = options[name];
  if (typeof value === "number" && value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
  const flag = flagOf(name);
  throw optionInvalid(
    `${flag} is ${Number.isNaN(value) ? "not a number" : String(value)}; it must be ${whole ? "a whole number" : "a number"} from ${low} to ${high}.`,
    `Give ${flag} a number in that range.`,
  );
}

/** One of the words that an option knows. Errors: CLI_OPTION_INVALID, with the nearest. */
export function wordOption<const W extends string>(typed: string, flag: string, words: readonly W[]): W {
  const word = words.find((one) => one === typed);
  if (word !== undefined) return word;
  throw optionInvalid(
    `${flag} does not know "${typed.slice(0, 80)}": ${knownNames(typed.slice(0, 80), words)}.`,
    `Give ${flag} one of these words.`,
  );
}

/** A moment of an option in milliseconds since 1970; a date without a zone is UTC. Errors: CLI_OPTION_INVALID. */
export function timeOption(options: Options, name: string): number | undefined {
  const typed = textOption(options, name);
  if (typed === undefined) return undefined;
  const ms = Date.parse(/T[0-9:.]+$/.test(typed) ? `${typed}Z` : typed);
  if (/^\d{4}-\d{2}(-\d{2})?(T.*)?$/.test(typed) && Number.isFinite(ms)) return ms;
  throw optionInvalid(
    `${flagOf(name)} is "${typed.slice(0, 80)}", which is no date of ISO 8601.`,
    `Write it as 2026-01-31 or 2026-01-31T12:00:00Z.`,
  );
}

export function optionInvalid(message: string, next: string): MillraceError {
  return new MillraceError("CLI_OPTION_INVALID", { message, next });
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const sizes: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Bytes: 200kB, 4GB, 1000. Errors: CLI_OPTION_INVALID. */
export function sizeOption(typed: string | undefined, flag: string, example: string): number | undefined {
  if (typed === undefined) return undefined;
  const [, amount, unit = "b"] = /^(\d+(?:\.\d+)?)\s*(k|kb|m|mb|g|gb|b)?$/i.exec(typed.trim()) ?? [];
  if (Number(amount) > 0) return Number(amount) * sizes[unit[0]!.toLowerCase()]!;
  throw optionInvalid(`${flag} is "${typed.slice(0, 80)}", which is no size.`, `Write it as ${example}.`);
}
