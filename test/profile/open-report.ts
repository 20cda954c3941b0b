import type { Column, Frame } from "@millrace/program";
import type { Page } from "playwright-core";
import { type ProfiledDataset, type ProfileOptions, renderProfile, schemaFromText } from "#validate";
import { findChromium } from "../console/chromium.ts";
import { offlinePages } from "../console/open-offline.ts";

export const executablePath = findChromium();

export const frame = (rows: number, columns: Record<string, Column> | [string, Column][]): Frame => ({
  rows,
  columns: new Map(Array.isArray(columns) ? columns : Object.entries(columns)),
});
export const number = (values: number[]): Column => ({ type: "number", values: Float64Array.from(values) });
export const whole = (values: (number | null)[]): Column => ({
  type: "integer",
  values: Float64Array.from(values, (value) => value ?? 0),
  missing: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
});
export const text = (values: (string | null)[]): Column => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return {
    type: "string",
    levels,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value))),
  };
};

/** 400 customers; `shift` moves their spend, `loss` loses ages. */
export function customers(shift: number, loss: number): Frame {
  const rows = Array.from({ length: 400 }, (_, i) => i);
  return frame(400, {
    spend: number(rows.map((i) => ((i * 37) % 100) + shift)),
    age: whole(rows.map((i) => (i % 10 < loss ? null : 20 + ((i * 7) % 50)))),
    plan: text(rows.map((i) => (i % 3 === 0 ? "pro" : i % 40 === 1 ? "Joel" : "basic"))),
    since: { type: "timestamp", values: Float64Array.from(rows, (i) => 1.6e15 + i * 8.64e10) },
    active: { type: "bool", values: Uint8Array.from(rows, (i) => (i % 4 === 0 ? 1 : 0)) },
    zeros: number(rows.map((i) => (i % 20 === 0 ? i : 0))),
  });
}

export const schema = schemaFromText(`
  feature { name: "plan" type: BYTES domain: "plan" presence { min_count: 1 } }
  feature { name: "age" type: INT int_domain { min: 17 max: 60 } presence { min_fraction: 1.0 min_count: 1 } }
  feature { name: "spend" type: FLOAT }
  feature { name: "zeros" type: FLOAT }
  feature { name: "gone" type: INT presence { min_count: 1 } }
  string_domain { name: "plan" value: "pro" value: "basic" }
`);

export const pair: ProfiledDataset[] = [
  { name: "january", frame: customers(0, 0) },
  { name: "february", frame: customers(60, 4) },
];

/** A browser for reports, for the tests of a file. */
export function reportsInBrowser() {
  const { open: openPage, browser, folder } = offlinePages();

  async function open(
    datasets: readonly ProfiledDataset[],
    options: ProfileOptions,
    check: (page: Page, html: string) => Promise<void>,
    width?: number,
  ): Promise<void> {
    const html = renderProfile(datasets, options);
    const look = async (page: Page) => {
      await page.getByRole("status").waitFor();
      await check(page, html);
    };
    await openPage(html, look, width);
  }

  return { open, newPage: () => browser().newPage(), folder };
}

/** The columns that a page shows, in order. */
export const names = (page: Page) => page.locator("main h2").allTextContents();
