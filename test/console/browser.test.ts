import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe, faults } from "./axe.ts";
import { findChromium } from "./chromium.ts";
import { type Seeded, seedProject } from "./seed/seed-project.ts";
import { type SeededServer, seededServer } from "./seeded-server.ts";

const executablePath = findChromium();
let project: SeededServer<Seeded>;
let empty: SeededServer<void>;
let browser: Browser;

describe.skipIf(executablePath === undefined)("the console in a browser", () => {
  beforeAll(async () => {
    project = await seededServer((stores) => seedProject(stores, Date.now()));
    empty = await seededServer(async () => undefined);
    browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    await project?.close();
    await empty?.close();
  });

  /** Opens an address, runs the checks, and fails on anything that the page complained of or fetched from elsewhere. */
  async function visit(path: string, check: (page: Page) => Promise<void>, options: Visit = {}): Promise<void> {
    const base = options.base ?? project.server.url;
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1360, height: 900 },
      colorScheme: "light",
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const complaints = watch(page, base);
    try {
      await page.goto(base + path);
      await check(page);
      expect(complaints.filter((text) => !(options.expected ?? /^$/).test(text))).toEqual([]);
    } finally {
      await context.close();
    }
  }

  it("shows on the home page what stands where, within a second", async () => {
    await visit("/", async (page) => {
      await page.getByRole("heading", { name: "The factory at a glance" }).waitFor();
      // The quickest of a few loads: the others say how busy the machine is.
      let quickest = Number.POSITIVE_INFINITY;
      for (let load = 0; load < 5 && quickest >= 1000; load++) {
        const began = performance.now();
        await page.reload({ waitUntil: "commit" });
        await page.getByRole("table", { name: "Last runs" }).waitFor();
        quickest = Math.min(quickest, performance.now() - began);
      }
      expect(quickest).toBeLessThan(1000);
      const strip = page.locator(".stat");
      expect(await strip.count()).toBe(5);
      expect(await strip.first().innerText()).toContain("1 running");
      expect(await page.getByRole("table", { name: "Last runs" }).getByRole("row").count()).toBe(8);
      await page.getByText("Aircraft Make Model drifted").waitFor();
    });
  });

  it("goes from the list to a run, and says in the graph why each step ran or was cached", async () => {
    const { retrained } = project.seeded;
    await visit("/runs", async (page) => {
      await page.locator(`a[href="/runs/${retrained.id}"]`).click();
      const train = page.getByRole("button", { name: /train 12.9 s another input: dataset$/ });
      await train.waitFor();
      await page
        .getByRole("button", { name: /^Cached ingest-strikes 3 ms cached: same inputs, options and code/ })
        .waitFor();
      await expect.poll(() => page.locator(".react-flow__edge").count()).toBeGreaterThan(15);
      await train.click();
      const panel = page.getByRole("complementary", { name: "Step train" });
      await panel.getByText("310 MiB").waitFor();
      await panel.getByText("budgetTrials").waitFor();
      expect(new URL(page.url()).searchParams.get("step")).toBe("train");
      await page.reload();
      await panel.waitFor();
      await panel.getByRole("link", { name: "model" }).click();
      await page.getByRole("heading", { name: "Artifact: model" }).waitFor();
      await page.goBack();
      await panel.waitFor();
    });
  });

  it("keeps the way of showing steps in the address: graph, time, table", async () => {
    await visit(`/runs/${project.seeded.first.id}`, async (page) => {
      await page.getByText("Time", { exact: true }).click();
      await page.getByRole("button", { name: "Done train 9.42 s" }).waitFor();
      expect(page.url()).toContain("view=time");
      await page.getByText("Table", { exact: true }).click();
      await page.getByRole("table", { name: "Steps" }).waitFor();
      expect(await page.getByRole("table", { name: "Steps" }).getByRole("row").count()).toBe(17);
    });
  });

  it("follows a run that is under way", async () => {
    await visit(`/runs/${project.seeded.running.id}`, async (page) => {
      await page.getByRole("button", { name: /^Running train/ }).waitFor();
      const took = page.getByText(/^took /);
      const before = await took.innerText();
      await expect.poll(() => took.innerText(), { timeout: 5000 }).not.toBe(before);
    });
  });

  it("says of a failed run which step, why and what to do", async () => {
    await visit(`/runs/${project.seeded.failed.id}`, async (page) => {
      const alert = page.getByRole("alert");
      await alert.waitFor();
      expect(await alert.innerText()).toMatch(
        /train failed: .*2,048 MiB.*Next: Raise memoryLimitBytes.*PIPELINE_TASK_KILLED/s,
      );
    });
  });

  it("shows a model with intervals, gate, leaderboard, guardrails, inputs, card and history", async () => {
    await visit("/models", async (page) => {
      await page.getByRole("link", { name: "bird-strikes" }).click();
      await page
        .getByRole("img", { name: /^ROC AUC score with intervals.*Version 2: 0.7890 \(0.7650 to 0.8118\)/ })
        .waitFor();
      await page.getByText("better with a probability of 98.5 %").first().waitFor();
      await page.getByRole("tab", { name: "Leaderboard" }).click();
      const leaderboard = page.getByRole("table", { name: "Leaderboard" });
      await expect.poll(() => leaderboard.getByRole("row").count()).toBe(11);
      await page.getByRole("tab", { name: /Guardrails/ }).click();
      await page.getByText("74 % of the 209 rows").waitFor();
      await page.getByText("Blocked 3").click();
      expect(page.url()).toContain("verdict=block");
      await page.getByRole("tab", { name: "Card" }).click();
      await page.getByText("The fleet changes slowly.").waitFor();
      await page.getByRole("tab", { name: "History" }).click();
      await page.getByText("@champion was pointed to version 2 (before: 1)").waitFor();
      await page.getByText("3 versions are too few to project from: 5 are needed.").waitFor();
      await page.getByLabel("Version", { exact: true }).selectOption("3");
      await page.getByText("Version 3", { exact: true }).first().waitFor();
      expect(page.url()).toContain("/models/bird-strikes/3");
    });
  });

  it("scores a row in the browser with the model itself", async () => {
    await visit("/models/bird-strikes?tab=inputs", async (page) => {
      const score = page.getByRole("progressbar", { name: "Score of true" });
      await score.waitFor();
      const before = await score.getAttribute("aria-valuenow");
      await page.getByLabel("Speed IAS in knots").first().fill("390");
      await expect.poll(() => score.getAttribute("aria-valuenow")).not.toBe(before);
      await page.getByLabel("Speed IAS in knots").first().fill("900");
      await page.getByText("outside 0 … 400, the range that training saw").first().waitFor();
    });
  });

  it("shows drift over columns and windows, and what was realised beside what was promised", async () => {
    await visit("/monitoring", async (page) => {
      await page.getByRole("img", { name: /^Heat map of PSI: 13 columns over 22 windows/ }).waitFor();
      await page.getByRole("img", { name: /^ROC AUC score realised over 22 windows/ }).waitFor();
      await page.getByLabel("Column", { exact: true }).selectOption("Aircraft Make Model");
      await page.getByRole("heading", { name: "PSI of Aircraft Make Model" }).waitFor();
      expect(new URL(page.url()).searchParams.get("column")).toBe("Aircraft Make Model");
      await page.getByLabel("Window", { exact: true }).selectOption({ label: "1997 Q1" });
      await page.getByRole("heading", { name: /Window 1997 Q1/ }).waitFor();
      await page.getByText("The figures as a table").click();
      expect(await page.getByRole("table", { name: "Drift by column and window" }).getByRole("row").count()).toBe(14);
    });
  });

  it("is worked by keyboard alone", async () => {
    await visit("/", async (page) => {
      await page.getByRole("table", { name: "Last runs" }).waitFor();
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement?.textContent")).toBe("Skip to the content");
      await page.keyboard.press("g");
      await page.keyboard.press("m");
      await page.getByRole("heading", { level: 1, name: "Models" }).waitFor();
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      await page.keyboard.press("Escape");
      await page.goto(`${project.server.url}/runs/${project.seeded.first.id}`);
      const step = page.getByRole("button", { name: /^Done prepare/ });
      await step.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("complementary", { name: "Step prepare" }).waitFor();
    });
  });

  it("says on every page of a new project which command fills it", async () => {
    for (const [path, command] of [
      ["/", "npx millrace demo"],
      ["/runs", "npx millrace run"],
      ["/models", "npx millrace run"],
      ["/monitoring", "npx millrace monitor run"],
    ] as const)
      await visit(path, async (page) => page.getByText(command, { exact: true }).first().waitFor(), {
        base: empty.server.url,
      });
  });

  it("says what is wrong and what to do next, by code", async () => {
    await visit(
      "/runs/run_nothing",
      async (page) => {
        await page.getByText("SERVER_RUN_MISSING").waitFor();
        await page.getByText("millrace runs list").waitFor();
      },
      { expected: /404/ },
    );
    await visit("/nowhere", async (page) => page.getByText("There is no page at this address").waitFor());
  });

  it("keeps showing what it knows when the server goes away, and says so", async () => {
    const own = await seededServer((stores) => seedProject(stores, Date.now()));
    try {
      await visit(
        "/",
        async (page) => {
          await page.getByRole("table", { name: "Last runs" }).waitFor();
          await own.server.close();
          await page.getByText("CONSOLE_SERVER_UNREACHABLE").waitFor({ timeout: 30_000 });
          expect(await page.getByRole("table", { name: "Last runs" }).count()).toBe(1);
        },
        { base: own.server.url, expected: /ERR_CONNECTION|Failed to load/ },
      );
    } finally {
      await own.close().catch(() => undefined);
    }
  });

  const pages: readonly (readonly [name: string, path: () => string])[] = [
    ["home", () => "/"],
    ["runs", () => "/runs"],
    ["a run", () => `/runs/${project.seeded.retrained.id}?step=train`],
    ["a failed run over time", () => `/runs/${project.seeded.failed.id}?view=time`],
    ["a run as a table", () => `/runs/${project.seeded.first.id}?view=table`],
    ["models", () => "/models"],
    ["a model's quality", () => "/models/bird-strikes"],
    ["its leaderboard", () => "/models/bird-strikes?tab=leaderboard"],
    ["its guardrails", () => "/models/bird-strikes?tab=guardrails"],
    ["its inputs", () => "/models/bird-strikes?tab=inputs"],
    ["its card", () => "/models/bird-strikes?tab=card"],
    ["its history", () => "/models/bird-strikes?tab=history"],
    ["monitoring", () => "/monitoring"],
  ];
  it.each(pages)("%s has no serious fault of accessibility in light and dark colors", async (_name, path) => {
    await visit(path(), async (page) => {
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle");
      await page.evaluate(await axe);
      expect(await faults(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
      await expect.poll(() => faults(page), { timeout: 10_000 }).toEqual([]);
    });
  });

  it.each(["/", "/runs", "/models/bird-strikes", "/monitoring"])("%s fits a narrow screen", async (path) => {
    const check = async (page: Page) => {
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle");
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    };
    await visit(path, check, { width: 390 });
  });
});

interface Visit {
  readonly base?: string;
  readonly width?: number;
  /** What the browser may complain of. */
  readonly expected?: RegExp;
}

function watch(page: Page, base: string): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith("data:") && !url.startsWith("blob:"))
      complaints.push(`fetched ${url}`);
  });
  return complaints;
}
