import { ruleInvalid, type SourceText } from "./problem.ts";

export interface Token {
  readonly kind: "word" | "quoted" | "text" | "number" | "sign" | "end";
  /** Words as they were typed; texts and quoted names without their quotes. */
  readonly text: string;
  readonly at: number;
}

const mostCharacters = 1_000_000;
const signs = ["::", "<=", ">=", "<>", "!=", "==", "(", ")", ",", "+", "-", "*", "/", "<", ">", "=", ";", "."];
const wordStart = /[\p{L}_]/u;
const word = /[\p{L}\p{N}_$]+/uy;
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;

/** The words and signs of an expression; blanks and both kinds of comment are left out. */
export function tokensOf(source: SourceText): readonly Token[] {
  const { text } = source;
  if (text.length > mostCharacters)
    throw ruleInvalid(
      source,
      0,
      `the expression has ${text.length} characters; the most is ${mostCharacters}`,
      shorten,
    );
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const sign = text[at]!;
    if (/\s/.test(sign)) at++;
    else if (text.startsWith("--", at)) at = endOf(text.indexOf("\n", at), text);
    else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) throw ruleInvalid(source, at, "a comment is not closed", "Close it with */.");
      at = end + 2;
    } else if (sign === "'" || sign === '"') {
      const found = quoted(source, at, sign);
      tokens.push({ kind: sign === "'" ? "text" : "quoted", text: found.text, at });
      at = found.end;
    } else if (/[0-9]/.test(sign) || (sign === "." && /[0-9]/.test(text[at + 1] ?? ""))) {
      const found = matchAt(number, text, at);
      if (wordStart.test(text[at + found.length] ?? ""))
        throw ruleInvalid(
          source,
          at,
          `"${found}${text[at + found.length]}" is no number`,
          'Quote a name that begins with a digit: "2nd".',
        );
      tokens.push({ kind: "number", text: found, at });
      at += found.length;
    } else if (wordStart.test(String.fromCodePoint(text.codePointAt(at)!))) {
      const found = matchAt(word, text, at);
      tokens.push({ kind: "word", text: found, at });
      at += found.length;
    } else {
      const found = signs.find((one) => text.startsWith(one, at));
      if (found === undefined)
        throw ruleInvalid(
          source,
          at,
          `"${String.fromCodePoint(text.codePointAt(at)!)}" has no meaning here`,
          signsKnown,
        );
      tokens.push({ kind: "sign", text: found, at });
      at += found.length;
    }
  }
  tokens.push({ kind: "end", text: "", at: text.length });
  return tokens;
}

const shorten = "Split the rule, or train a model on the data instead.";
const signsKnown = "Use + - * / ( ) , and the comparisons = <> < <= > >=.";

function quoted(source: SourceText, start: number, quote: string): { readonly text: string; readonly end: number } {
  let text = "";
  for (let at = start + 1; at < source.text.length; at++) {
    if (source.text[at] !== quote) text += source.text[at];
    else if (source.text[at + 1] === quote) {
      text += quote;
      at++;
    } else return { text: text.toWellFormed(), end: at + 1 };
  }
  throw ruleInvalid(source, start, `a ${quote === "'" ? "text" : "name"} is not closed`, `Close it with ${quote}.`);
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)![0];
}

const endOf = (found: number, text: string) => (found < 0 ? text.length : found);
