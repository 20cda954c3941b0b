import type { ProgramInput } from "../model.ts";
import { readStrings, vectorReader } from "./lists.ts";
import { timestampReader } from "./timestamp-text.ts";

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const infinite = /^([+-]?)inf(?:inity)?$/i;

/** A raw value as its input's type: a number (bool as 0 or 1), a text, null for missing, or why it cannot be read. */
export type ReadValue = number | string | Float64Array | null | Unreadable;

export class Unreadable {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

export type ValueReader = (value: unknown) => ReadValue;

/** The reader of an input's raw values, JSON's or a CSV cell's. Empty text, null, undefined and NaN are missing. */
export function valueReader(input: ProgramInput): ValueReader {
  const read = readers[input.type](input);
  return (value) => (value === null || value === undefined || value === "" ? null : read(value));
}

const readers: Readonly<Record<ProgramInput["type"], (input: ProgramInput) => ValueReader>> = {
  number: () => readNumber,
  integer: () => readInteger,
  bool: () => readBool,
  timestamp: (input) => {
    const read = timestampReader(input.pattern);
    const form = input.pattern === undefined ? "an ISO 8601 date or time" : `a time of the pattern ${input.pattern}`;
    return (value) => {
      if (typeof value === "number") return wholeNumber(value, "whole microseconds since 1970");
      if (typeof value !== "string") return new Unreadable(`is not ${form}`);
      const us = read(value.trim());
      if (!Number.isNaN(us)) return us;
      return value.trim() === "" ? null : new Unreadable(`is not ${form}`);
    };
  },
  strings: () => readStrings,
  vector: ({ width = 1 }) => vectorReader(width),
  string: () => (value) => {
    if (typeof value === "string") return value.isWellFormed() ? value : value.toWellFormed();
    if (typeof value === "number") return Number.isNaN(value) ? null : String(value + 0);
    if (typeof value === "boolean") return String(value);
    return new Unreadable("is not text");
  },
};

function readNumber(value: unknown): ReadValue {
  if (typeof value === "number") return Number.isNaN(value) ? null : value + 0;
  if (typeof value !== "string") return new Unreadable("is not a number");
  const text = value.trim();
  if (text === "" || /^[+-]?nan$/i.test(text)) return null;
  if (decimal.test(text)) return Number(text) + 0;
  const match = infinite.exec(text);
  if (match === null) return new Unreadable("is not a number");
  return match[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function readInteger(value: unknown): ReadValue {
  const read = readNumber(value);
  return typeof read === "number" ? wholeNumber(read, "a whole number within ±2^53") : read;
}

function wholeNumber(value: number, form: string): ReadValue {
  if (Number.isNaN(value)) return null;
  return Number.isSafeInteger(value) ? value + 0 : new Unreadable(`is not ${form}`);
}

function readBool(value: unknown): ReadValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number")
    return Number.isNaN(value) ? null : value === 0 || value === 1 ? value + 0 : new Unreadable("is not true or false");
  if (typeof value !== "string") return new Unreadable("is not true or false");
  const text = value.trim();
  if (text === "") return null;
  if (/^(t(rue)?|y(es)?|1)$/i.test(text)) return 1;
  return /^(f(alse)?|no?|0)$/i.test(text) ? 0 : new Unreadable("is not true or false");
}
