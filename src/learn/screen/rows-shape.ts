import type { Column, Frame } from "@millrace/program";
import { MillraceError } from "#kernel";
import { compareWindows } from "#validate";
import type { Target } from "../target/read-target.ts";
import { wilson } from "./intervals.ts";
import { finding, percent } from "./leakage.ts";
import type { Guardrail, ScreenSettings } from "./model.ts";

/**
 * Refuses too few rows or too rare a class.
 *
 * Errors: LEARN_TOO_FEW_ROWS.
 */
export function requireRows(target: Target, settings: Pick<ScreenSettings, "minRows" | "minClassRows">): void {
  if (target.labelled < settings.minRows)
    throw new MillraceError("LEARN_TOO_FEW_ROWS", {
      message: `There are ${target.labelled} labelled rows; at least ${settings.minRows} are needed to learn anything that can be judged.`,
      next: "Collect or label more rows and run again.",
      facts: { rows: target.labelled, least: settings.minRows },
    });
  target.classes.forEach((name, c) => {
    const count = target.values.reduce((sum, value) => sum + (value === c ? 1 : 0), 0);
    if (count < settings.minClassRows && target.task === "binary")
      throw new MillraceError("LEARN_TOO_FEW_ROWS", {
        message: `The class "${name}" has ${count} of ${target.labelled} rows; at least ${settings.minClassRows} are needed.`,
        next: "Collect more rows of this class and run again.",
        facts: { class: name, rows: count, least: settings.minClassRows },
      });
  });
}

/** Few rows and rare classes. */
export function screenRows(target: Target, settings: ScreenSettings): Guardrail[] {
  const findings: Guardrail[] = [];
  const { labelled, classes, values } = target;
  if (labelled < settings.wideIntervalRows)
    findings.push({
      name: "fewRows",
      verdict: "warn",
      evidence: `${labelled} labelled rows: a rate measured on a fifth of them is known only to about ± ${percent(intervalHalf(labelled / 5))}.`,
      facts: { rows: labelled },
    });
  if (classes.length < 2) return findings;
  const counts = classes.map((_, c) => values.reduce((sum, value) => sum + (value === c ? 1 : 0), 0));
  const rarest = counts.indexOf(Math.min(...counts));
  const rate = wilson(counts[rarest]!, labelled);
  if (rate.value < settings.imbalanceWarn || counts[rarest]! < 30)
    findings.push({
      name: "imbalance",
      verdict: "warn",
      evidence: `"${classes[rarest]}" has ${counts[rarest]} of ${labelled} rows (${percent(rate.value)}, 95 % interval ${percent(rate.low)} to ${percent(rate.high)}): judge by ranking and by cost, not by accuracy.`,
      facts: { class: classes[rarest]!, rows: counts[rarest]!, share: rate.value },
    });
  return findings;
}

function intervalHalf(rows: number): number {
  const { low, high } = wilson(rows / 2, rows);
  return (high - low) / 2;
}

/** Held-out rows that training has, too. */
export function screenContamination(frame: Frame, heldOut: Frame | undefined, ids: ReadonlySet<string>): Guardrail[] {
  if (heldOut === undefined || heldOut.rows === 0) return [];
  const names = [...frame.columns.keys()].filter((name) => !ids.has(name) && heldOut.columns.has(name));
  const training = new Set(rowTexts(frame, names));
  let doubled = 0;
  for (const text of rowTexts(heldOut, names)) if (training.has(text)) doubled++;
  if (doubled === 0)
    return [
      {
        name: "contamination",
        verdict: "pass",
        evidence: `None of the ${heldOut.rows} held-out rows is among the ${frame.rows} training rows.`,
        facts: { doubled, rows: heldOut.rows },
      },
    ];
  return [
    {
      name: "contamination",
      verdict: "warn",
      evidence: `${doubled} of ${heldOut.rows} held-out rows (${percent(doubled / heldOut.rows)}) are equal to training rows; scores on them flatter. Keep duplicates together when splitting.`,
      facts: { doubled, rows: heldOut.rows },
    },
  ];
}

function rowTexts(frame: Frame, names: readonly string[]): string[] {
  const columns = names.map((name) => frame.columns.get(name)!);
  return Array.from({ length: frame.rows }, (_, row) => columns.map((column) => cellText(column, row)).join("\u0001"));
}

function cellText(column: Column, row: number): string {
  if (column.type === "string") return column.codes[row]! < 0 ? "\u0000" : column.levels[column.codes[row]!]!;
  if (column.missing?.[row] === 1) return "\u0000";
  if (column.type === "vector")
    return Array.from(column.values.subarray(row * column.width, (row + 1) * column.width)).join(",");
  return String(column.values[row]);
}

/** Features that differ between the earlier and the later half of the training rows. */
export function screenDrift(early: Frame, late: Frame, columns: readonly string[]): Guardrail[] {
  if (early.rows < 50 || late.rows < 50 || columns.length === 0) return [];
  const report = compareWindows(early, late, { columns: [...columns], tests: ["psi", "missingShare", "newLevels"] });
  const worst = new Map<string, (typeof report.columns)[number]>();
  for (const column of report.columns) {
    if (!column.drifted || column.value === null) continue;
    const before = worst.get(column.name);
    if (before === undefined || column.value - column.threshold > before.value! - before.threshold)
      worst.set(column.name, column);
  }
  return [...worst.values()].map((column) =>
    finding(
      "drift",
      column.name,
      "warn",
      `It changes over time: ${column.test} between the earlier ${early.rows} and the later ${late.rows} training rows is ${column.value!.toFixed(3)} (threshold at this size ${column.threshold.toFixed(3)}).`,
      { test: column.test, value: column.value!, threshold: column.threshold },
    ),
  );
}
