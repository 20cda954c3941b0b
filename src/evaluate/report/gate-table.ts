import { escapeHtml } from "#validate";
import type { GateVerdict } from "../gate/model.ts";
import { htmlTable } from "./figure.ts";
import { countedOf } from "./shown.ts";

/** The verdict of the gate, check by check; what is refused says what would have to change. */
export function gateTable({ passed, checks }: GateVerdict): string {
  const refused = checks.filter((check) => !check.passed);
  const said = passed
    ? `Passed: ${countedOf(checks.length, "check")}.`
    : `Refused by ${refused.length} of ${countedOf(checks.length, "check")}.`;
  return `<div class="card"><ul class="anomalies"><li class="${passed ? "note" : "bad"}"><strong>${said}</strong></li></ul>${htmlTable(
    {
      caption: "Gate",
      header: ["check", "verdict", "evidence"],
      rows: [...refused, ...checks.filter((check) => check.passed)].map(({ name, passed: own, evidence, next }) => [
        inWords(name),
        own ? "passed" : { html: '<strong class="hot">refused</strong>' },
        { html: `${escapeHtml(evidence)}${own ? "" : `<br><b>What would have to change:</b> ${escapeHtml(next)}`}` },
      ]),
    },
  )}</div>`;
}

/** `betterThanBaseline` as people say it. */
function inWords(name: string): string {
  return name.replace(/\b[a-z]+(?:[A-Z][a-z]+)+\b/g, (word) =>
    word.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
  );
}
