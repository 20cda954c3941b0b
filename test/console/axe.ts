import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

/** The script that `page.evaluate` takes before `faults`. */
export const axe = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Serious and critical findings of axe (or of every impact), each with an element at fault. */
export async function faults(page: Page, impacts: readonly string[] = ["serious", "critical"]): Promise<string[]> {
  const { violations } = await page.evaluate<{ violations: readonly Violation[] }>("axe.run()");
  return violations
    .filter(({ impact }) => impacts.includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`);
}
