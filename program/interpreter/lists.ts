import { type ReadValue, Unreadable } from "./values.ts";

/** Most items of a list of texts. */
export const mostItems = 65_536;

/** A list of texts, or a cell's JSON array of them, as one text: each item, and a NUL behind it. An empty one is missing. */
export function readStrings(value: unknown): ReadValue {
  const list = listOf(value);
  if (list === null) return null;
  if (!Array.isArray(list) || !list.every((item) => typeof item === "string"))
    return new Unreadable("is not a list of texts");
  if (list.length > mostItems) return new Unreadable(`has ${list.length} items; the most is ${mostItems}`);
  return list.length === 0 ? null : list.map((item) => `${item.toWellFormed().replaceAll("\0", "\ufffd")}\0`).join("");
}

/** So many numbers, as an array or a cell's JSON array; missing whole where one is NaN. */
export function vectorReader(width: number): (value: unknown) => ReadValue {
  return (value) => {
    const list = listOf(value);
    if (list === null) return null;
    const isList = Array.isArray(list) || list instanceof Float64Array || list instanceof Float32Array;
    if (!isList || !(list as unknown[]).every((item) => typeof item === "number"))
      return new Unreadable("is not a list of numbers");
    if (list.length !== width) return new Unreadable(`has ${list.length} numbers instead of ${width}`);
    const numbers = Float64Array.from(list as number[], (item) => item + 0);
    return numbers.some(Number.isNaN) ? null : numbers;
  };
}

/** A text's JSON; null where it is white space; any other value as it is. */
function listOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (text === "") return null;
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}
