import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Column, Frame } from "@millrace/program";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { type ProfiledDataset, type ProfileOptions, renderProfile, schemaFromText } from "#validate";
import { findChromium } from "../console/chromium.ts";

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

/** A browser and a folder for reports, for the tests of a file. */
export function reportsInBrowser() {
  let browser: Browser;
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "millrace-profile-"));
    browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a report from the disk, without a network, and fails on whatever the page complains of or fetches. */
  async function open(
    datasets: readonly ProfiledDataset[],
    options: ProfileOptions,
    check: (page: Page, html: string) => Promise<void>,
    width = 1280,
  ): Promise<void> {
    const html = renderProfile(datasets, options);
    const file = join(folder, `${Math.abs(html.length)}-${width}.html`);
    await writeFile(file, html);
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: "light", offline: true });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("dialog", (dialog) => {
      complaints.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (request.url() !== pathToFileURL(file).href) complaints.push(`fetched ${request.url()}`);
    });
    try {
      await page.goto(pathToFileURL(file).href);
      await page.getByRole("status").waitFor();
      await check(page, html);
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  }

  return { open, newPage: () => browser.newPage(), folder: () => folder };
}

/** The columns that a page shows, in order. */
export const names = (page: Page) => page.locator("main h2").allTextContents();
