import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentationPacks, type ModelCardFacts, renderCard } from "#registry";
import { findChromium } from "../console/chromium.ts";

const executablePath = findChromium();
const hostile = "<img src=x onerror=alert(1)> `code` | cell";
const facts: ModelCardFacts = {
  model: "churn",
  version: 3,
  task: "binary",
  target: hostile,
  owner: "ada",
  riskTier: "high",
  createdMs: 0,
  intendedUse: "Whom to call first.",
  outOfScope: [hostile],
  assumptions: [{ statement: "Plans stay as they are", owner: "grace", state: "broken", evidence: hostile }],
  data: [{ name: "customers", source: hostile, rows: 12_345, content: "sha256:ab" }],
  metrics: Array.from({ length: 14 }, (_, k) => ({
    name: `metric ${k}`,
    value: k / 7,
    low: 0,
    high: 2,
    split: "test",
  })),
  slices: [{ name: hostile, rows: 80, metric: "rocAucScore", value: 0.6, low: 0.5, high: 0.7, clearlyWorse: true }],
  robustness: [
    {
      kind: "noise",
      fault: hostile,
      inputs: ["x"],
      before: 0.8,
      after: 0.7,
      loss: 0.1,
      low: 0.05,
      high: 0.2,
      changedDecisions: 0.04,
    },
  ],
  importances: [
    { input: hostile, loss: 0.2, low: 0.1, high: 0.3 },
    { input: "age", loss: -0.01, low: null, high: null },
  ],
  effects: [
    {
      input: "age",
      points: [
        { value: 20, effect: [0.1] },
        { value: 60, effect: [0.4] },
      ],
    },
  ],
  limits: [{ limit: "… it rains.", from: "written" }],
  risk: [{ question: "What if it is wrong?", answer: hostile, severity: "serious", evidence: null }],
  guardrails: [{ name: "leak", column: hostile, verdict: "warn", evidence: hostile }],
  gate: { passed: false, checks: [{ name: "minRows", passed: false, evidence: "10 rows.", next: "Wait for more." }] },
  lineage: { model: "art_1" },
};

describe.skipIf(executablePath === undefined)("the model card in a browser", () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "millrace-card-"));
    browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([undefined, ...documentationPacks].flatMap((pack) => [[pack, "light"] as const, [pack, "dark"] as const]))(
    "%s, %s: passes axe, fits its width, shows text from outside as text, and prints",
    async (pack, colorScheme) => {
      const file = join(folder, `${pack ?? "card"}.html`);
      await writeFile(file, renderCard(facts, "html", pack));
      const context = await browser.newContext({ viewport: { width: 900, height: 800 }, colorScheme, offline: true });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("dialog", (dialog) => {
        complaints.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(pathToFileURL(file).href);
      expect(await page.locator("img").count()).toBe(0);
      expect(await page.locator("main").textContent()).toContain("<img src=x onerror=alert(1)>");
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      expect(await page.locator(".ask").count()).toBeGreaterThan(2);
      // Every row of a table is there to be read, on paper too.
      expect(
        await page.evaluate(
          "[...document.querySelectorAll('.scroll')].every((one) => one.scrollHeight <= one.clientHeight + 1)",
        ),
      ).toBe(true);
      expect((await page.pdf({ format: "A4" })).subarray(0, 4).toString()).toBe("%PDF");
      expect(complaints).toEqual([]);
      await context.close();

      const checked = await browser.newContext({ colorScheme, bypassCSP: true });
      const tab = await checked.newPage();
      await tab.goto(pathToFileURL(file).href);
      await tab.addScriptTag({
        content: await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"),
      });
      const found = (await tab.evaluate("axe.run()")) as { violations: { id: string; nodes: { html: string }[] }[] };
      expect(found.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      await checked.close();
    },
    60_000,
  );
});
