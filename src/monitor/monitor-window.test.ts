import { describe, expect, test } from "vitest";
import { currentOf, frameOf, look } from "./testing/churn-windows.ts";

describe("a report", () => {
  test("of the same source is steady, small window or large", () => {
    for (const [rows, seed] of [
      [150, 2],
      [600, 3],
      [3000, 4],
    ] as const) {
      const report = look(currentOf(rows, seed, 0.25));
      expect(report).toMatchObject({ verdict: "steady", enoughRows: true, inputs: { drifted: [], share: 0 } });
      expect(report.findings.filter((finding) => finding.severity !== "info")).toEqual([]);
    }
  });

  test("says which inputs moved, in words, the important first", () => {
    const report = look(currentOf(600, 5, 0.25, frameOf(600, 5, 30, 0.2)), { important: ["plan"] });
    expect(report.verdict).toBe("drifted");
    expect(report.inputs.drifted.toSorted()).toEqual(["age", "plan"]);
    const keys = report.findings.map((finding) => [finding.key, finding.severity]);
    expect(keys.slice(0, 3)).toEqual([
      ["inputs", "alert"],
      ["input/plan", "warning"],
      ["input/age", "info"],
    ]);
    const plan = report.findings.find((finding) => finding.key === "input/plan")!.sentence;
    expect(plan).toMatch(/of the values of plan are levels that the reference does not have \(gold\)/);
    expect(report.findings[0]!.sentence).toContain("2 of 2 input columns differ");
  });

  test("says that the predictions are worse only where chance does not explain it", () => {
    const worse = look(currentOf(1500, 6, 0.05));
    expect(worse.verdict).toBe("worse");
    expect(worse.findings[0]).toMatchObject({ key: "metric/rocAucScore", severity: "alert" });
    expect(worse.findings[0]!.sentence).toMatch(
      /rocAucScore is 0\.\d+ on 1500 known outcomes and was 0\.\d+ .* worse by/,
    );
    const auc = worse.labels.metrics[0]!;
    expect(auc.drop!.value).toBeCloseTo(auc.reference!.value! - auc.value!, 12);
    expect(look(currentOf(120, 7, 0.2)).labels.metrics[0]!.verdict).not.toBe("better");
  });

  test("concludes nothing from few rows, and nothing about metrics from few labels", () => {
    const few = look(currentOf(40, 8, 0, frameOf(40, 8, 30)));
    expect(few).toMatchObject({ verdict: "too few rows", enoughRows: false });
    expect(few.findings.every((finding) => finding.severity === "info")).toBe(true);
    const unlabelled = currentOf(600, 9, 0);
    unlabelled.labels.fill(Number.NaN, 10);
    const report = look(unlabelled);
    expect(report.labels).toMatchObject({ labelled: 10, coverage: 10 / 600 });
    expect(report.labels.metrics[0]).toMatchObject({
      verdict: "unknown",
      reason: expect.stringContaining("10 outcomes"),
    });
    const empty = look(currentOf(0, 10, 0));
    expect(empty).toMatchObject({ verdict: "too few rows", rows: 0, inputs: { columns: [] } });
  });

  test("is plain JSON, the same each time", () => {
    const report = look(currentOf(300, 11, 0.25));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(look(currentOf(300, 11, 0.25))).toEqual(report);
  });

  test("tells of the software", () => {
    const current = currentOf(300, 12, 0.25);
    const software = { ...current.software, lost: 4, dropped: 2, problem: "no space left", latencyP99Micros: 9000 };
    const report = look({ ...current, software }, {}, { latencyP99Micros: 5000 });
    const keys = report.findings.map((finding) => finding.key);
    expect(keys).toEqual(
      expect.arrayContaining(["software/log", "software/dropped", "software/lost", "software/latency"]),
    );
  });

  test("refuses labels that are not one a row", () => {
    const current = { ...currentOf(50, 13, 0), labels: new Float64Array(49) };
    expect(() => look(current)).toThrow(expect.objectContaining({ code: "MONITOR_WINDOW_MISMATCHED" }));
  });
});
