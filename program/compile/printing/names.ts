import type { CompileOptions } from "../model.ts";

/** An identifier's beginning of the model's name: lower-case letters, digits and `_`, beginning with a letter. */
export function prefixOf({ name }: CompileOptions): string {
  const kept = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 60);
  return /^[a-z]/.test(kept) ? kept : `model${kept === "" ? "" : `_${kept}`}`;
}

/** What the model is, for the first line of a file. */
export function titleOf(options: CompileOptions): string {
  const version = Number.isSafeInteger(options.version) ? `:${options.version}` : "";
  const digest = /^[a-z0-9]+:[0-9a-f]+$/.test(options.digest ?? "") ? `, content ${options.digest}` : "";
  return `The model ${prefixOf(options)}${version}${digest}. Made by Millrace; do not edit.`;
}

/** A name of the program for people, in a comment: whatever could end one is replaced. */
export function inComment(name: string): string {
  return name.slice(0, 60).replace(/[^A-Za-z0-9_.,+ -]/g, ".");
}

/** A cell of CSV with quotes where it needs them. */
export function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Items on lines of at most about 110 characters. */
export function inLines(items: Iterable<string>, indent = "  "): string[] {
  const lines: string[] = [];
  let line = "";
  for (const item of items) {
    if (line !== "" && line.length + item.length > 110) {
      lines.push(`${indent}${line}`);
      line = "";
    }
    line += line === "" ? `${item},` : ` ${item},`;
  }
  if (line !== "") lines.push(`${indent}${line}`);
  return lines;
}
