import type { JsonObject } from "@millrace/program";
import type { Guardrail, GuardrailName, Verdict } from "./model.ts";

export function finding(
  name: GuardrailName,
  column: string,
  verdict: Verdict,
  evidence: string,
  facts: JsonObject,
): Guardrail {
  return { name, column, verdict, evidence, facts };
}

export function percent(share: number): string {
  const value = 100 * share;
  return `${value >= 99.95 || value === 0 || (value >= 10 && Math.abs(value - Math.round(value)) < 0.05) ? Math.round(value) : value.toFixed(1)} %`;
}
