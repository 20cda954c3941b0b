import type { Frame } from "@millrace/program";
import { compareWindows, type DriftColumn } from "#validate";
import type { ColumnDrift, InputsReport, TestResult } from "./model.ts";
import type { ResolvedMonitorOptions } from "./monitor-window.ts";

/** The input columns of both windows, test by test; drifted and important ones first. */
export function compareInputs(
  reference: Frame,
  current: Frame,
  important: readonly string[] | undefined,
  options: Pick<ResolvedMonitorOptions, "columns" | "alpha" | "thresholds" | "seed">,
): InputsReport {
  if (reference.rows === 0 || current.rows === 0) return { columns: [], share: 0, drifted: [] };
  const { columns: names, alpha, thresholds, seed } = options;
  const compared = compareWindows(reference, current, {
    columns: [...(names ?? reference.columns.keys())],
    alpha,
    thresholds,
    seed,
  });
  const byName = new Map<string, TestResult[]>();
  for (const column of compared.columns) {
    const tests = byName.get(column.name) ?? [];
    tests.push(testResult(column));
    byName.set(column.name, tests);
  }
  const columns = [...byName].map(
    ([name, tests]): ColumnDrift => ({
      name,
      important: important === undefined || important.includes(name),
      drifted: tests.some((test) => test.drifted),
      tests,
    }),
  );
  const rank = (column: ColumnDrift) => Number(column.drifted) * 2 + Number(column.important);
  return {
    columns: columns.toSorted((a, b) => rank(b) - rank(a)),
    share: compared.share,
    drifted: columns.filter((column) => column.drifted).map((column) => column.name),
  };
}

export function testResult({ test, value, threshold, drifted, detail }: DriftColumn): TestResult {
  return { test, value, threshold, drifted, detail };
}
