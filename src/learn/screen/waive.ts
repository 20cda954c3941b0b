import type { Frame } from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";
import { type Guardrail, type GuardrailName, guardrailNames } from "./model.ts";
import { type Waiver, waivedFinding } from "./waiver.ts";

/**
 * The findings with those that are waived turned to warnings; a waiver that finds nothing is told, so that it can go.
 *
 * Errors: LEARN_OPTION_INVALID: no guardrail of this name; LEARN_COLUMN_UNKNOWN.
 */
export function waiveFindings(frame: Frame, findings: readonly Guardrail[], waivers: readonly Waiver[]): Guardrail[] {
  const named = waivers.map((waiver) => ({ waiver, ...parted(waivedFinding(waiver)) }));
  for (const { guardrail, column } of named) check(frame, guardrail, column);
  const waiverOf = (found: Guardrail) =>
    named.find(({ guardrail, column }) => guardrail === found.name && column === found.column)?.waiver;
  const idle = named.filter(
    ({ guardrail, column }) => !findings.some((found) => found.name === guardrail && found.column === column),
  );
  return [
    ...findings.map((found) => {
      const waiver = waiverOf(found);
      return waiver === undefined ? found : waived(found, waiver);
    }),
    ...idle.map(
      ({ guardrail, column }): Guardrail => ({
        name: guardrail as GuardrailName,
        column,
        verdict: "pass",
        evidence: "It is waived, and finds nothing here: the waiver can go.",
        facts: { waived: true },
      }),
    ),
  ];
}

function waived(found: Guardrail, waiver: Waiver): Guardrail {
  const who =
    typeof waiver === "string"
      ? "Waived by the configuration"
      : `Waived by ${waiver.by}${waiver.signed ? " (signed)" : ""}, because ${waiver.reason.replace(/[.\s]+$/, "")}`;
  const facts = typeof waiver === "string" ? {} : { by: waiver.by, reason: waiver.reason, signed: waiver.signed };
  return {
    ...found,
    verdict: "warn",
    evidence: `${who}: ${found.evidence}`,
    facts: { ...found.facts, waived: true, ...facts },
  };
}

function parted(finding: string): { guardrail: string; column: string } {
  const at = finding.indexOf(":");
  return { guardrail: finding.slice(0, at), column: finding.slice(at + 1) };
}

function check(frame: Frame, guardrail: string, column: string): void {
  if (!(guardrailNames as readonly string[]).includes(guardrail))
    throw new MillraceError("LEARN_OPTION_INVALID", {
      message: `There is no guardrail "${guardrail.slice(0, 80)}" to waive: ${knownNames(guardrail.slice(0, 80), guardrailNames)}.`,
      next: "Name the finding as the guardrail report does: leakagePower:refund.",
    });
  const columns = [...frame.columns.keys()];
  if (columns.includes(column)) return;
  throw new MillraceError("LEARN_COLUMN_UNKNOWN", {
    message: `A finding is waived on a column "${column.slice(0, 80)}" that the data do not have (${knownNames(column.slice(0, 80), columns)}).`,
    next: "Correct the column's name, or take the waiver out.",
    facts: { column },
  });
}
