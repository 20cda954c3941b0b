import { describe, expect, it } from "vitest";
import { axe, faults } from "../console/axe.ts";
import { executablePath, names, pair, reportsInBrowser, schema } from "./open-report.ts";

describe.skipIf(executablePath === undefined)("the profile report in a browser", () => {
  const { open } = reportsInBrowser();

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
});
