import type { Column, Frame } from "@millrace/program";
import { describe, expect, it } from "vitest";
import {
  boardOf,
  chooseDecision,
  diagnoseFit,
  type EvaluationEvidence,
  evaluate,
  evaluateSlices,
  findLabelErrors,
  findWorstSlices,
  growErrorTree,
  type InputFindings,
  judgeGate,
  measureFairness,
  pictureScores,
  renderEvaluationHtml,
  type Task,
} from "#evaluate";
import { randomStream } from "#kernel";
import { axe, faults } from "../console/axe.ts";
import { findChromium } from "../console/chromium.ts";
import { offlinePages } from "../console/open-offline.ts";

const executablePath = findChromium();

const text = (values: readonly string[]): Column => {
  const levels = [...new Set(values)];
  return { type: "string", levels, codes: Int32Array.from(values, (value) => levels.indexOf(value)) };
};

/** Everything that a report can show, of simulated rows that are worst where the site is the second. */
function evidenceOf(
  task: Task,
  names: { sites?: readonly string[]; classes?: readonly string[] } = {},
): EvaluationEvidence {
  const random = randomStream(3, `report/${task}`);
  const n = 900;
  const sites = names.sites ?? ["harbour", "hill", "valley"];
  const site = Array.from({ length: n }, () => sites[Math.floor(random.uniform() * sites.length)]!);
  const width = task === "multiclass" ? 3 : 2;
  const classes = names.classes ?? ["stays", "leaves", "returns"].slice(0, width);
  const labels = Array.from({ length: n }, () =>
    task === "regression" ? 10 * random.uniform() : Math.floor(random.uniform() * width),
  );
  const noise = (row: number) => (random.uniform() - 0.5) * (site[row] === sites[1] ? 1.6 : 0.6);
  const scores =
    task === "regression"
      ? labels.map((label, row) => label + 3 * noise(row))
      : task === "binary"
        ? labels.map((label, row) =>
            Math.min(0.99, Math.max(0.01, 0.3 + (site[row] === sites[1] ? 0 : 0.4 * label) + noise(row) / 2)),
          )
        : labels.flatMap((label, row) => {
            const raw = classes.map((_, k) => Math.exp((k === label ? 1.5 : 0) + 2 * noise(row)));
            const sum = raw.reduce((a, b) => a + b, 0);
            return raw.map((one) => one / sum);
          });
  const frame: Frame = { rows: n, columns: new Map([["site", text(site)]]) };
  const input = { scores: Float64Array.from(scores), labels, ...(task !== "regression" && { classes }) };
  const evaluation = evaluate(task, input, { draws: 100 });
  const value = Object.values(evaluation.metrics)[0]!;
  return {
    model: "churn:7",
    data: "march.csv",
    target: "left",
    evaluation,
    pictures: pictureScores(task, input),
    diagnosis: diagnoseFit({
      metric: Object.keys(evaluation.metrics)[0]!,
      train: value,
      test: value,
      baseline: { value: task === "regression" ? 5 : 0.5 },
    }),
    slices: evaluateSlices(task, input, frame, { by: ["site"] }),
    search: findWorstSlices(task, input, frame, { columns: ["site"] }),
    errorTree: growErrorTree(task, input, frame, { columns: ["site"] }),
    ...(task !== "regression" && { labelErrors: findLabelErrors(task, input) }),
    ...(task === "binary" && {
      decision: chooseDecision(input.scores, labels, { capacity: { actions: 50, outOf: 1000 } }),
      fairness: measureFairness(input, frame, { by: ["site"] }),
    }),
    board: boardOf(
      Object.keys(evaluation.metrics)[0]!,
      { model: evaluation, champion: ["churn:6", evaluation], baseline: evaluation },
      [
        {
          name: "a paper",
          metric: Object.keys(evaluation.metrics)[0]!,
          value: 0.7,
          data: "other rows",
          source: "doi:10.1/x",
          required: true,
        },
      ],
    ),
    inputs: { ...inputsOf(task, classes), metric: Object.keys(evaluation.metrics)[0]!, rows: 900 },
    verdict: judgeGate(
      { minimum: { [Object.keys(evaluation.metrics)[0]!]: 0.999 }, maxOpenings: 2 },
      { evaluation, openings: 1 },
    ),
    notes: ["3 rows without a true value were left out."],
  };
}

/** What is told of two inputs: a number with its accumulated effects, and a text. */
function inputsOf(task: Task, classes: readonly string[]): InputFindings {
  const effect = (at: number) => (task === "multiclass" ? classes.map((_, k) => (at + k) / 10) : [at / 10]);
  const one = task !== "multiclass";
  return {
    importances: [
      { input: "distance", loss: 0.2, low: 0.1, high: 0.3 },
      { input: "site", loss: -0.01, low: null, high: null },
    ],
    contributions: {
      rows: 900,
      margin: one ? "log-odds" : "margins of the classes",
      inputs: [
        { input: "distance", mean: 0.8, ...(one && { low: -1, high: 1.5, whenLow: -0.7, whenHigh: 1.1 }) },
        { input: "site", mean: 0.1, ...(one && { low: -0.2, high: 0.2 }) },
      ],
    },
    dependence: [
      {
        input: "distance",
        points: [1, 2, 5].map((value) => ({ value, effect: effect(value), rows: 300 })),
        ...(one && {
          accumulated: [1, 3, 5].map((value) => ({ value, effect: [(value - 3) / 10] })),
          single: [
            [0.1, 0.3, 0.6],
            [0.2, 0.2, 0.4],
          ],
        }),
      },
      { input: "site", points: ["harbour", "hill"].map((value, k) => ({ value, effect: effect(k), rows: 450 })) },
    ],
  };
}

describe.skipIf(executablePath === undefined)("the evaluation report in a browser", () => {
  const { open } = offlinePages();

  it("shows the figures, pictures, slices, errors, decision and fairness of a binary model", async () => {
    const evidence = evidenceOf("binary");
    const html = renderEvaluationHtml(evidence);
    expect(Buffer.byteLength(html)).toBeLessThan(2e6);
    await open(html, async (page) => {
      await page.getByRole("heading", { level: 1, name: "Evaluation of churn:7" }).waitFor();
      for (const name of [
        "Calibration",
        "ROC",
        "Precision and recall",
        "Gain and lift",
        "Threshold and cost",
        "Coverage and error",
        "Scores",
      ]) {
        const figure = page.getByRole("figure").filter({ has: page.getByRole("heading", { name, exact: true }) });
        await figure.getByRole("img").first().waitFor();
        await figure.locator("summary").click();
        expect(await figure.getByRole("row").count()).toBeGreaterThan(2);
      }
      const auc = evidence.evaluation.metrics.rocAucScore!.value!.toFixed(4);
      const metrics = page.getByRole("table", { name: "Metrics" });
      expect(await metrics.getByRole("row", { name: /^ROC AUC/ }).innerText()).toContain(auc);
      const first = page.getByRole("table", { name: "What to work on first" }).getByRole("row").nth(1);
      expect(await first.innerText()).toContain("site = hill");
      await page.getByRole("table", { name: "Groups of site", exact: true }).waitFor();
      await page.getByRole("heading", { name: "Decision under costs and capacity" }).waitFor();
      await page.getByRole("img", { name: /^How much worse .* distance 0.2/ }).waitFor();
      await page.getByRole("img", { name: /^Contribution of each input to the log-odds/ }).waitFor();
      await page.getByRole("img", { name: /^Mean score by distance: 1: 0.1, 2: 0.2, 5: 0.5/ }).waitFor();
      await page.getByRole("img", { name: /^Mean score by site: harbour/ }).waitFor();
      const board = page.getByRole("table", { name: "Beside others" });
      expect(await board.getByRole("row", { name: /a paper/ }).innerText()).toContain("doi:10.1/x (binds)");
      const gate = page.getByRole("table", { name: "Gate" });
      expect(await gate.getByRole("row").nth(1).innerText()).toMatch(
        /refused[\s\S]*What would have to change: ROC AUC must rise by 0\.\d+\. Give the model/,
      );
      await page.getByText("3 rows without a true value were left out.").waitFor();
    });
  });

  it("shows what several classes and numbers need instead", async () => {
    await open(renderEvaluationHtml(evidenceOf("multiclass")), async (page) => {
      await page.getByRole("img", { name: /^ROC curves of stays, leaves, returns/ }).waitFor();
      expect(await page.getByRole("table", { name: "Confusion" }).getByRole("row").count()).toBe(4);
    });
    await open(renderEvaluationHtml(evidenceOf("regression")), async (page) => {
      await page.getByRole("img", { name: /^Residuals by mean prediction/ }).waitFor();
      await page.getByRole("img", { name: /^True mean by mean prediction/ }).waitFor();
      expect(await page.getByRole("table", { name: "Confusion" }).count()).toBe(0);
    });
  });

  it("is worked by keyboard: skip link, parts, numbers behind the pictures", async () => {
    await open(renderEvaluationHtml(evidenceOf("binary")), async (page) => {
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the report");
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Gate");
      const summary = page.locator("summary").first();
      await summary.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("table", { name: "Calibration" }).waitFor();
    });
  });

  it.each(["binary", "multiclass", "regression"] as const)(
    "has no fault of accessibility in light and dark: %s",
    async (task) => {
      await open(renderEvaluationHtml(evidenceOf(task)), async (page) => {
        await page.evaluate(await axe);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await faults(page, ["minor", "moderate", "serious", "critical"])).toEqual([]);
        }
      });
    },
  );

  it("fits a narrow screen", async () => {
    await open(
      renderEvaluationHtml(evidenceOf("binary")),
      async (page) => expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390),
      390,
    );
  });

  it("shows hostile names as text, and runs nothing of theirs", async () => {
    const hostile = ["</style><script>alert(1)</script>", '"><img src=x onerror=alert(2)>', "x".repeat(3000)];
    const evidence = { ...evidenceOf("binary", { sites: hostile, classes: hostile.slice(0, 2) }), model: hostile[0]! };
    const html = renderEvaluationHtml(evidence);
    expect(html).not.toMatch(/<script/i);
    await open(html, async (page) => {
      expect(await page.title()).toBe(`${hostile[0]} – evaluation`);
      expect(await page.locator("img[src], iframe, object, script").count()).toBe(0);
      expect(await page.getByRole("table", { name: "What to work on first" }).innerText()).toContain(hostile[1]!);
    });
  });

  it("says what there is of zero rows", async () => {
    const input = { scores: new Float64Array(0), labels: [] };
    const evidence = {
      model: "m",
      data: "empty.csv",
      target: "y",
      evaluation: evaluate("binary", input),
      pictures: pictureScores("binary", input),
    };
    await open(renderEvaluationHtml(evidence), async (page) => {
      const row = page.getByRole("table", { name: "Metrics" }).getByRole("row", { name: /^ROC AUC/ });
      expect(await row.innerText()).toContain("there are no rows");
      expect(await page.getByRole("figure").count()).toBe(0);
    });
  });
});
