import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { findChromium } from "./chromium.ts";

/** A browser and a folder for pages that are one file each, for the tests of a `describe`. */
export function offlinePages() {
  let browser: Browser;
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "millrace-pages-"));
    browser = await chromium.launch({ executablePath: findChromium()!, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a page from the disk, without a network, and fails on whatever it complains of, asks or fetches. */
  async function open(html: string, check: (page: Page) => Promise<void>, width = 1280): Promise<void> {
    const file = join(folder, `${html.length}-${width}.html`);
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
      await check(page);
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  }

  return { open, browser: () => browser, folder: () => folder };
}
