import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Column, Frame } from "@millrace/program";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ProfiledDataset, type ProfileOptions, renderProfile, schemaFromText } from "#validate";
import { axe, faults } from "../console/axe.ts";
import { findChromium } from "../console/chromium.ts";

const executablePath = findChromium();
let browser: Browser;
let folder: string;

const frame = (rows: number, columns: Record<string, Column> | [string, Column][]): Frame => ({
  rows,
  columns: new Map(Array.isArray(columns) ? columns : Object.entries(columns)),
});
const number = (values: number[]): Column => ({ type: "number", values: Float64Array.from(values) });
const whole = (values: (number | null)[]): Column => ({
  type: "integer",
  values: Float64Array.from(values, (value) => value ?? 0),
  missing: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
});
const text = (values: (string | null)[]): Column => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return {
    type: "string",
    levels,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value))),
  };
};

/** 400 customers; `shift` moves their spend, `loss` loses ages. */
function customers(shift: number, loss: number): Frame {
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

const schema = schemaFromText(`
  feature { name: "plan" type: BYTES domain: "plan" presence { min_count: 1 } }
  feature { name: "age" type: INT int_domain { min: 17 max: 60 } presence { min_fraction: 1.0 min_count: 1 } }
  feature { name: "spend" type: FLOAT }
  feature { name: "zeros" type: FLOAT }
  feature { name: "gone" type: INT presence { min_count: 1 } }
  string_domain { name: "plan" value: "pro" value: "basic" }
`);

const pair: ProfiledDataset[] = [
  { name: "january", frame: customers(0, 0) },
  { name: "february", frame: customers(60, 4) },
];

describe.skipIf(executablePath === undefined)("the profile report in a browser", () => {
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

  const names = (page: Page) => page.locator("main h2").allTextContents();

  it("shows every column with figures, charts, distances and anomalies in plain words", async () => {
    await open(pair, { schema }, async (page) => {
      await page.getByRole("heading", { level: 1, name: "Profile of january · february" }).waitFor();
      await page.getByText("gone: Column dropped").first().waitFor();
      const plan = page.getByRole("article", { name: "plan" });
      await plan.scrollIntoViewIfNeeded();
      await plan.getByText("Unexpected string values").first().waitFor();
      expect(await plan.innerText()).toMatch(/rows 2 \(Joel\)/);
      const spend = page.getByRole("article", { name: "spend" });
      await spend.getByRole("img", { name: /^Histogram of spend from 0 to 159/ }).waitFor();
      expect(await spend.innerText()).toMatch(/drifted \(psi/);
      const figures = spend.getByRole("table", { name: "Figures of spend" });
      expect(await figures.getByRole("row", { name: /^Mean/ }).innerText()).toMatch(/49\.5\s+109\.5/);
      const age = page.getByRole("article", { name: "age" });
      expect(await age.getByRole("row", { name: /^Missing/ }).innerText()).toMatch(/0 \(0 %\)\s+160 \(40\.0 %\)/);
      expect(await page.getByRole("article", { name: "since" }).innerText()).toMatch(/2020-09-13/);
    });
  });

  it("sorts, filters, and turns to logarithms, shares, quantiles and tables", async () => {
    await open(pair, { schema }, async (page) => {
      const sort = page.getByLabel("Sort by");
      await sort.selectOption({ label: "Name" });
      expect(await names(page)).toEqual(["active", "age", "plan", "since", "spend", "zeros"]);
      await page.getByLabel("Reverse").check();
      expect((await names(page))[0]).toBe("zeros");
      await page.getByLabel("Reverse").uncheck();
      const first = async (label: string) => {
        await sort.selectOption({ label });
        return (await names(page))[0];
      };
      expect(await first("Missing")).toBe("age");
      expect(await first("Zeros")).toBe("zeros");
      expect(await first("Non-uniformity")).toBe("zeros");
      expect(await first("Distance")).toBe("spend");
      expect(await first("Anomalies")).toBe("age");
      await page.getByLabel("Anomalies only").check();
      expect((await names(page)).toSorted()).toEqual(["active", "age", "plan", "since"]);
      await page.getByLabel("Anomalies only").uncheck();
      await page.getByLabel("integer (1)").uncheck();
      expect(await names(page)).not.toContain("age");
      await page.getByLabel("Filter").fill("SPE");
      await page.getByText("Showing 1 of 6 columns.").waitFor();
      const spend = page.getByRole("article", { name: "spend" });
      await page.getByLabel("Percentages").uncheck();
      const plain = await spend.locator("path.area").first().getAttribute("d");
      await page.getByLabel("Log scale").check();
      expect(await spend.locator("path.area").first().getAttribute("d")).not.toBe(plain);
      await page.getByLabel("Chart").selectOption({ label: "Quantiles, ranks" });
      await spend.getByRole("img", { name: /^Deciles of spend: january from 0 over the median 49.5 to 99/ }).waitFor();
      await spend.getByRole("button", { name: "Show spend as a table" }).click();
      await spend.getByRole("rowheader", { name: "Median" }).last().waitFor();
      await page.getByLabel("Filter").fill("nothing of the kind");
      await page.getByText("No column fits.").waitFor();
    });
  });

  it("is worked by keyboard", async () => {
    await open(pair, {}, async (page) => {
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the columns");
      await page.keyboard.press("/");
      await page.keyboard.type("plan");
      await page.getByText("Showing 1 of 6 columns.").waitFor();
      const toggle = page.getByRole("button", { name: "Show plan as a table" });
      await toggle.focus();
      await page.keyboard.press("Enter");
      expect(await toggle.getAttribute("aria-pressed")).toBe("true");
      await page.getByRole("rowheader", { name: "basic" }).waitFor();
    });
  });

  it("has no serious fault of accessibility in light and dark colors, as charts and as tables", async () => {
    await open(pair, { schema }, async (page) => {
      await page.evaluate(await axe);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.getByLabel("Tables").setChecked(colorScheme === "dark");
        for (const name of await names(page)) await page.getByRole("article", { name }).scrollIntoViewIfNeeded();
        await expect.poll(() => faults(page), { timeout: 10_000 }).toEqual([]);
      }
    });
  });

  it("fits a narrow screen", async () => {
    await open(
      pair,
      { schema },
      async (page) => expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390),
      390,
    );
  });

  it("shows hostile names and values as text, and runs nothing of theirs", async () => {
    const hostile = [
      "</script><script>alert(1)</script>",
      '"><img src=x onerror=alert(2)>',
      "__proto__",
      "constructor",
      "<!--",
      "\u202egnp.exe",
      "a\u0000b\u2028c",
      "javascript:alert(3)",
      "",
      "x".repeat(5000),
    ];
    const columns = hostile.map((name): [string, Column] => [name, text([...hostile, null])]);
    const datasets = [
      { name: hostile[0]!, frame: frame(11, columns) },
      { name: hostile[1]!, frame: frame(11, columns) },
    ];
    await open(datasets, { title: hostile[0]! }, async (page, html) => {
      await page.getByText("Showing 10 of 10 columns.").waitFor();
      expect((await names(page))[0]).toBe(hostile[0]);
      expect(await page.title()).toBe(`${hostile[0]} – profile`);
      await page.getByLabel("Tables").check();
      await page.getByRole("rowheader", { name: hostile[1]! }).first().waitFor();
      expect(html.match(/<script/g)).toHaveLength(2);
      expect(await page.locator("img[src], iframe, object").count()).toBe(0);
    });
  });

  it("lets no other script run", async () => {
    const injected = "<script>document.title = 'taken'</script>";
    const html = renderProfile(pair).replace("<noscript>", `${injected}<noscript>`);
    const file = join(folder, "injected.html");
    await writeFile(file, html);
    const page = await browser.newPage();
    const refused: string[] = [];
    page.on("console", (message) => refused.push(message.text()));
    await page.goto(pathToFileURL(file).href);
    await page.getByRole("status").waitFor();
    expect(await page.title()).toBe("january · february – profile");
    expect(refused.join()).toMatch(/Content Security Policy/);
    await page.close();
  });

  it("weighs rows where a column says how much each counts, and says so", async () => {
    const weights = [1, 3, 0, 2, 4];
    const rows = frame(5, {
      spend: number([10, 20, 1000, 0, 30.5]),
      plan: text(["basic", "pro", "basic", null, "basic"]),
      sold: whole(weights),
    });
    // By hand: 1·10 + 3·20 + 2·0 + 4·30.5 over 10; a basic weighs 1 + 0 + 4.
    await open([{ name: "sales", frame: rows }], { weight: "sold" }, async (page) => {
      expect(await names(page)).toEqual(["spend", "plan"]);
      await page.getByText("Rows count with their weight in sold").waitFor();
      await page.getByText("(3 columns, weight 10)").waitFor();
      const spend = page.getByRole("article", { name: "spend" });
      expect(await spend.getByRole("row", { name: /^Mean \(weighted\)/ }).innerText()).toMatch(/19\.2$/);
      expect(await spend.getByRole("row", { name: /^Zeros \(weighted\)/ }).innerText()).toMatch(/20\.0 %$/);
      await spend.getByRole("img", { name: /^Histogram of spend, weighted from 0 to .* holds 10\.$/ }).waitFor();
      const plan = page.getByRole("article", { name: "plan" });
      expect(await plan.getByRole("row", { name: /^Missing \(weighted\)/ }).innerText()).toMatch(/2 \(20\.0 %\)$/);
      await plan.getByRole("img", { name: /^Most frequent values of plan, weighted: basic, 5; pro, 3\.$/ }).waitFor();
      await plan.getByRole("button", { name: "Show plan as a table" }).click();
      await plan.getByRole("columnheader", { name: "Weight" }).waitFor();
    });
  });

  it("overlays the slices that are chosen, six at most", async () => {
    const rows = customers(0, 3);
    const letters = text(Array.from({ length: 400 }, (_, i) => "abcdefg"[i % 7]!));
    const sliced = frame(400, [...rows.columns, ["letter", letters]]);
    await open([{ name: "all", frame: sliced }], { slices: [["plan"], ["letter"]] }, async (page) => {
      const shown = page.getByRole("group", { name: "Data sets and slices" }).getByRole("checkbox");
      expect(await shown.count()).toBe(11);
      expect(await page.getByLabel("plan_pro (134 rows)").isChecked()).toBe(true);
      expect(await page.getByLabel("letter_g (57 rows)").isDisabled()).toBe(true);
      const plan = page.getByRole("article", { name: "plan" });
      const figures = plan.getByRole("table", { name: "Figures of plan" });
      const heads = ["all", "plan_basic", "plan_pro", "plan_Joel", "letter_a", "letter_b"];
      expect(await figures.getByRole("columnheader").allTextContents()).toEqual(heads);
      for (const box of await shown.all()) expect(await box.isDisabled()).toBe(!(await box.isChecked()));
      for (const name of heads) if (name !== "plan_Joel") await page.getByLabel(new RegExp(`^${name} \\(`)).uncheck();
      expect(await page.getByLabel("plan_Joel (7 rows)").isDisabled()).toBe(true);
      expect(await page.locator("header .tiles").innerText()).toMatch(/7\s*rows in\s*plan_Joel/);
      await plan.getByRole("img", { name: /^Most frequent values of plan: .*Joel, 100 %/ }).waitFor();
      // A distance is to the first data set, which is not shown.
      expect(await plan.innerText()).not.toMatch(/distance/);
      await page.getByLabel("all (400 rows)").check();
      await expect.poll(() => plan.innerText(), { timeout: 10_000 }).toMatch(/distance/);
    });
  });

  it("says what there is of an empty file, a column without values and one that a data set lacks", async () => {
    const some = frame(3, { a: number([1, Number.NaN, Infinity]), b: text([null, null, null]), c: whole([5, 5, 5]) });
    const none = frame(0, { a: number([]), d: text([]) });
    await open(
      [
        { name: "some", frame: some },
        { name: "none", frame: none },
      ],
      {},
      async (page) => {
        expect(await names(page)).toEqual(["a", "b", "c", "d"]);
        const a = page.getByRole("article", { name: "a" });
        expect(await a.innerText()).toMatch(/NaN\s+1/);
        expect(await a.innerText()).toMatch(/Infinite\s+1/);
        await page.getByRole("article", { name: "b" }).getByText("No values to draw.").waitFor();
        expect(await page.getByRole("article", { name: "c" }).innerText()).toMatch(/no such column/);
      },
    );
  });

  it("keeps some hundred columns of two data sets below 2 MB, and opens 5,000 columns", async () => {
    const wide = (columns: number, rows: number, shift: number) =>
      frame(
        rows,
        Array.from({ length: columns }, (_, c): [string, Column] => [
          `column ${c}`,
          c % 2 === 0
            ? number(Array.from({ length: rows }, (_, i) => Math.sin(i * (c + 1)) * 1000 + shift))
            : text(
                Array.from({ length: rows }, (_, i) => `level ${(i * (c + 3)) % 40} of the column with number ${c}`),
              ),
        ]),
      );
    const hundreds = renderProfile([
      { name: "one", frame: wide(400, 100, 0) },
      { name: "two", frame: wide(400, 100, 1) },
    ]);
    expect(Buffer.byteLength(hundreds)).toBeLessThan(2e6);
    await open([{ name: "wide", frame: wide(5000, 30, 0) }], {}, async (page) => {
      await page.getByText("Showing 5,000 of 5,000 columns.").waitFor();
      await page.getByLabel("Filter").fill("column 4999");
      await page.getByText("Showing 1 of 5,000 columns.").waitFor();
      await page.getByRole("img", { name: /^Most frequent values of column 4999/ }).waitFor();
    });
  });
});
