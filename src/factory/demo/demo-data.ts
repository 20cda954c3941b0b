import { readFile } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { MillraceError } from "#kernel";

/** The demo's rows: the FAA's bird-strike reports of 1990 to 2002, as the package vega-datasets ships them. */
export interface DemoData {
  readonly header: readonly string[];
  /** In order of flight date; equal dates in the file's order. */
  readonly rows: readonly (readonly string[])[];
}

export const timeColumn = "Flight Date";
export const damageColumn = "Effect Amount of damage";

/**
 * Reads the demo's data. The file has no quoted field with a line end or a quote in it.
 *
 * Errors: FACTORY_DEMO_DATA_MISSING: when the package is not installed.
 */
export async function readDemoData(): Promise<DemoData> {
  const lines = (await readFile(demoFile(), "utf8")).split(/\r?\n/).filter((line) => line !== "");
  const [header = [], ...rows] = lines.map(splitLine);
  const time = header.indexOf(timeColumn);
  return { header, rows: rows.sort((a, b) => (a[time]! < b[time]! ? -1 : a[time]! > b[time]! ? 1 : 0)) };
}

function demoFile(): string {
  const manifest = findPackageJSON("vega-datasets", import.meta.url);
  if (manifest !== undefined) return join(dirname(manifest), "data", "birdstrikes.csv");
  throw new MillraceError("FACTORY_DEMO_DATA_MISSING", {
    message: "The package vega-datasets, which ships the demo's data, is not installed.",
    next: "Install it: npm install vega-datasets@3.2.1",
  });
}

function splitLine(line: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at <= line.length; ) {
    const quoted = line[at] === '"';
    const end = quoted ? line.indexOf('"', at + 1) : line.indexOf(",", at);
    fields.push(line.slice(quoted ? at + 1 : at, end < 0 ? line.length : end));
    at = end < 0 ? line.length + 1 : end + (quoted ? 2 : 1);
  }
  return fields;
}

/** Rows as CSV text, with every field that needs it in quotes. */
export function csvText(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (fields: readonly string[]) =>
    fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
  return `${[header, ...rows].map(line).join("\n")}\n`;
}
