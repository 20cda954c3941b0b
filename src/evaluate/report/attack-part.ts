import { escapeHtml } from "#validate";
import { type AttackTest, describeAttacks } from "../attacks/measure-attacks.ts";
import { htmlTable } from "./figure.ts";
import { counted } from "./shown.ts";

/** What an adversary who knows the model reaches by small changes; changed values are left out, they could name a person. */
export function attackPart(test: AttackTest): string {
  const said = describeAttacks(test).map((line) => `<p>${escapeHtml(line)}</p>`);
  const table =
    test.weakest.length === 0
      ? ""
      : htmlTable({
          caption: "Inputs that flip a decision alone",
          header: ["input", "rows"],
          rows: test.weakest.map(({ input, rows }) => [input, counted(rows)]),
        });
  return `<div class="card"><h3>The smallest changes that flip a decision</h3>${said.join("")}${table}</div>`;
}
