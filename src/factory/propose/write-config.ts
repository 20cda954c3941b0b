import type { Proposal } from "./propose-problem.ts";

/** What goes into the file beside the proposal. */
export interface ConfigFacts {
  readonly name: string;
  readonly dataset: string;
  readonly path: string;
  readonly rows: number;
  readonly columns: number;
  /** Columns that the guardrails would block, with their evidence. */
  readonly suspicious: readonly { readonly column: string; readonly evidence: string }[];
}

/** The text of a `millrace.config.ts`: short, every proposed line with its reason. */
export function writeConfig(proposal: Proposal, facts: ConfigFacts): string {
  const text = JSON.stringify;
  const note = (reason: string) => ` // ${reason.replace(/\s+/g, " ")}`;
  const lines = [
    'import { defineFactory } from "millrace";',
    "",
    `// Proposed from ${comment(facts.path)} (${facts.rows} rows, ${facts.columns} columns). Correct what is wrong, then: millrace run`,
    "export default defineFactory({",
    `  name: ${text(facts.name)},`,
    `  task: ${text(proposal.task.value)},${note(comment(proposal.task.reason))}`,
    `  target: ${text(proposal.target.value)},${note(comment(proposal.target.reason))}`,
  ];
  if (proposal.positive !== undefined)
    lines.push(`  positive: ${text(proposal.positive.value)},${note(comment(proposal.positive.reason))}`);
  lines.push(
    `  metric: ${text(proposal.metric.value)},${note(proposal.metric.reason)}`,
    `  split: { strategy: ${text(proposal.split.value)} },${note(proposal.split.reason)}`,
    `  data: { ${text(facts.dataset)}: { source: { kind: "file", path: ${text(facts.path)} } } },`,
  );
  if (proposal.time !== undefined || proposal.ids.length > 0) {
    lines.push("  roles: {");
    if (proposal.time !== undefined) lines.push(`    time: ${text(proposal.time.value)},${note(proposal.time.reason)}`);
    if (proposal.ids.length > 0)
      lines.push(`    id: ${text(proposal.ids.map((id) => id.value))},${note(proposal.ids[0]!.reason)}`);
    lines.push("  },");
  }
  if (facts.suspicious.length > 0) {
    lines.push("  // Known only after the fact? The run blocks these unless you say otherwise:");
    for (const { column, evidence } of facts.suspicious) lines.push(`  //   ${comment(column)}: ${comment(evidence)}`);
    lines.push(`  knownAfter: ${text(facts.suspicious.map(({ column }) => column))},`);
  }
  lines.push("});", "");
  return lines.join("\n");
}

/** Text from the data inside a line comment: no line ends, no control characters. */
function comment(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ");
}
