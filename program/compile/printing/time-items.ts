import { compilePattern } from "../../interpreter/timestamp-text.ts";

/**
 * A part of a timestamp's pattern, for languages without regular expressions. `literal`: a text, ASCII letters in lower
 * case and matched in any case; `oneOf`: one of the characters; `space`: perhaps a space; `digits`: `least` to `most`;
 * `names`: one of the texts in any case, each with a comma behind it; `offset`: Z or ±hh[[:]mm].
 */
export type TimeItem =
  | { readonly kind: "literal" | "oneOf" | "names"; readonly text: string; readonly letter: string }
  | { readonly kind: "digits"; readonly least: number; readonly most: number; readonly letter: string }
  | { readonly kind: "space" | "offset"; readonly letter: string };

const dayNames = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** The parts of a pattern that the validator let through; they match what `compilePattern`'s expression does. */
export function timeItems(pattern: string): TimeItem[] {
  const { source, letters } = compilePattern(pattern);
  const items: TimeItem[] = [];
  let group = 0;
  for (let i = 0; i < source.length; ) {
    if (source[i] === "(") {
      const end = groupEnd(source, i);
      items.push(groupItem(letters[group++]!, source.slice(i + 1, end)));
      i = end + 1;
    } else if (source.startsWith(" ?", i)) {
      items.push({ kind: "space", letter: "" });
      i += 2;
    } else {
      if (source[i] === "\\") i++;
      const char = String.fromCodePoint(source.codePointAt(i)!);
      literal(items, char);
      i += char.length;
    }
  }
  return items;
}

function literal(items: TimeItem[], char: string): void {
  const others = char.length === 1 && char >= "\u0080" ? sameInAnyCase(char) : [char];
  if (others.length > 1) {
    items.push({ kind: "oneOf", text: others.join(""), letter: "" });
    return;
  }
  const last = items.at(-1);
  const text = char.replace(/[A-Z]/, (letter) => letter.toLowerCase());
  if (last?.kind === "literal") items[items.length - 1] = { ...last, text: last.text + text };
  else items.push({ kind: "literal", text, letter: "" });
}

function groupItem(letter: string, source: string): TimeItem {
  const digits = /^\\d\{(\d+)(?:,(\d+))?\}$/.exec(source);
  if (digits !== null)
    return { kind: "digits", least: Number(digits[1]), most: Number(digits[2] ?? digits[1]), letter };
  if (letter === "z") return { kind: "offset", letter };
  const names = letter === "A" ? dayNames : source.split("|");
  return { kind: "names", text: names.map((name) => `${name},`).join(""), letter };
}

function groupEnd(source: string, start: number): number {
  let depth = 0;
  for (let i = start; ; i++) {
    if (source[i] === "(") depth++;
    else if (source[i] === ")" && --depth === 0) return i;
  }
}

/** Characters that a regular expression with the flag `i` takes for this one (ECMA-262, Canonicalize without `u`). */
function sameInAnyCase(char: string): string[] {
  const wanted = canonical(char);
  const same: string[] = [];
  for (let unit = 0x80; unit < 0x10000; unit++) {
    if (unit >= 0xd800 && unit < 0xe000) continue;
    const other = String.fromCharCode(unit);
    if (canonical(other) === wanted) same.push(other);
  }
  return same;
}

function canonical(char: string): string {
  const upper = char.toUpperCase();
  return upper.length !== 1 || upper < "\u0080" ? char : upper;
}
