import { MISSING_WORD, type NumberStyle, styledScanner } from "./number-words.ts";
import { BIG_INTEGER, NOT_NUMBER, scanNumber } from "./scan-number.ts";
import type { TextColumn } from "./text-column.ts";

const MOST_WORDS = 5;

/**
 * Whether whole numbers beyond ±2^53 alone keep a column from being numeric, over all its values. Added part by part; it stops looking at
 * the first value that is neither a number nor a word for missing.
 */
export class LargeIntegers {
  readonly #scan: typeof scanNumber;
  #numeric = true;
  #first: string | undefined;
  readonly #words = new Set<string>();

  constructor(style: NumberStyle | undefined) {
    this.#scan = style === undefined ? scanNumber : styledScanner(style);
  }

  add(text: TextColumn, nulls: Uint8Array | undefined): void {
    const { arena, offsets } = text;
    for (let k = 0; k < text.entries && this.#numeric; k++) {
      if (nulls?.[k] === 1) continue;
      const kind = this.#scan(arena, offsets[k]!, offsets[k + 1]!);
      if (kind === BIG_INTEGER) this.#first ??= text.textOf(k);
      else if (kind === NOT_NUMBER) {
        const value = text.textOf(k);
        this.#numeric = MISSING_WORD.test(value) && this.#words.add(value).size <= MOST_WORDS;
      }
    }
  }

  /** The first of them, and the words for missing among the numbers; undefined where the column is text for another reason. */
  get found(): { readonly example: string; readonly words: readonly string[] } | undefined {
    return this.#numeric && this.#first !== undefined ? { example: this.#first, words: [...this.#words] } : undefined;
  }
}
