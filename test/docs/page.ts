import { readFileSync } from "node:fs";

/** One fenced block of a page. */
export interface Block {
  readonly language: string;
  /** What follows the language on the fence's line: `file=send.mjs`, `exit=3`. */
  readonly marks: Readonly<Record<string, string>>;
  readonly text: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** The ```text block right below, for a block whose output the page shows. */
  readonly shown: { readonly text: string; readonly firstLine: number } | null;
}

export interface Page {
  readonly path: string;
  readonly blocks: readonly Block[];
  /** `<!-- project: weather -->`: the example that the page's commands run in a copy of (`weather-data`: of its data only); `empty` by default. */
  readonly project: string;
}

/** The fenced blocks of a Markdown page, in order. */
export function readPage(path: string): Page {
  const lines = readFileSync(path, "utf8").split("\n");
  const blocks: Block[] = [];
  let last: { readonly block: Block; readonly end: number } | null = null;
  for (let k = 0; k < lines.length; k++) {
    const fence = /^```(\w+)\s*(.*)$/.exec(lines[k]!);
    if (fence === null) continue;
    const end = lines.indexOf("```", k + 1);
    if (end < 0) throw new Error(`${path}:${k + 1}: the block has no end.`);
    const text = lines.slice(k + 1, end).join("\n");
    const near = last !== null && lines.slice(last.end + 1, k).every((line) => line.trim() === "");
    if (fence[1] === "text" && near && last !== null && last.block.language === "sh") {
      blocks[blocks.indexOf(last.block)] = { ...last.block, shown: { text, firstLine: k + 2 } };
      last = null;
    } else {
      const block = { language: fence[1]!, marks: marksOf(fence[2]!), text, line: k + 1, shown: null };
      blocks.push(block);
      last = { block, end };
    }
    k = end;
  }
  const project = /<!-- project: ([a-z-]+) -->/.exec(lines.slice(0, 6).join("\n"))?.[1] ?? "empty";
  return { path, blocks, project };
}

function marksOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(/\s+/)
      .filter((mark) => mark !== "")
      .map((mark) => mark.split("=", 2) as [string, string]),
  );
}

/**
 * A line of output without what differs from run to run or from machine to machine: ids, digests, numbers, times, widths of
 * tables. The words stay, and a page is held to them.
 */
export function wordsOf(line: string): string {
  return line
    .replace(/\b(run|art|exe)_[0-9a-f-]{36}/g, "$1_#")
    .replace(/sha256:[0-9a-f]+/g, "sha256:#")
    .replace(/\s+[\d.]+ s\b/g, " ")
    .replace(/[-+]?\d[\d.,:]*(e[-+]?\d+)?/g, "#")
    .replace(/[─–-]{2,}/g, "-")
    .replace(/\s+/g, " ")
    .trim();
}
