import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Column } from "@millrace/program";
import { describe, expect, it } from "vitest";
import { renderProfile } from "#validate";
import { customers, executablePath, frame, names, number, pair, reportsInBrowser, text, whole } from "./open-report.ts";

describe.skipIf(executablePath === undefined)("the profile report of odd data, of weights and of slices", () => {
  const { open, newPage, folder } = reportsInBrowser();

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
    const file = join(folder(), "injected.html");
    await writeFile(file, html);
    const page = await newPage();
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
