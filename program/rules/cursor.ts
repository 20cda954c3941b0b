import { ruleInvalid, type SourceText } from "./problem.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** Goes over the words and signs of an expression, and says where something else was expected. */
export class Cursor {
  readonly source: SourceText;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(source: SourceText) {
    this.source = source;
    this.#tokens = tokensOf(source);
  }

  get peek(): Token {
    return this.#tokens[this.#next]!;
  }

  /** The one behind. */
  get after(): Token {
    return this.#tokens[Math.min(this.#next + 1, this.#tokens.length - 1)]!;
  }

  get isAtEnd(): boolean {
    return this.peek.kind === "end";
  }

  skip(count = 1): void {
    this.#next += count;
  }

  name(): Token {
    const token = this.peek;
    if (token.kind !== "word" && token.kind !== "quoted" && token.kind !== "text")
      throw this.unexpected("a name stands here");
    this.skip();
    return token;
  }

  isWord(word: string): boolean {
    return this.peek.kind === "word" && this.peek.text.toLowerCase() === word;
  }

  /** The word behind in small letters. */
  wordAfter(): string {
    return this.after.kind === "word" ? this.after.text.toLowerCase() : "";
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.skip();
    return true;
  }

  takeSign(sign: string): boolean {
    if (this.peek.kind !== "sign" || this.peek.text !== sign) return false;
    this.skip();
    return true;
  }

  sign(sign: string): void {
    if (!this.takeSign(sign)) throw this.unexpected(`a "${sign}" stands here`);
  }

  unexpected(expected: string) {
    const { kind, text } = this.peek;
    const found = kind === "end" ? "the expression ends" : `"${text.slice(0, 80)}" is not expected`;
    return this.fail(`${found}; ${expected}`, "Correct the expression there.");
  }

  fail(problem: string, next: string) {
    return ruleInvalid(this.source, this.peek.at, problem, next);
  }
}
