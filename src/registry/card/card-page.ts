import { factBlocks, minuteOf, written } from "./fact-blocks.ts";
import type { ModelCardFacts } from "./facts.ts";
import type { CardPage, CardSection } from "./page.ts";

/** The model card: what it is for, what it learned from, how good it is and for whom, when not to trust it, who said yes. */
export function cardPage(facts: ModelCardFacts): CardPage {
  const title = facts.version === null ? facts.model : `${facts.model}:${facts.version}`;
  return {
    title,
    lead: `Predicts \`${facts.target}\` (${facts.task}). Owner: ${facts.owner}. Risk tier: ${facts.riskTier}. Made ${minuteOf(facts.createdMs)}.`,
    sections: [
      {
        title: "Intended use",
        blocks: [...factBlocks.purpose(facts).slice(1), written(facts, "users"), ...factBlocks.outOfScope(facts)],
      },
      { title: "Don't trust it when …", blocks: factBlocks.limits(facts) },
      { title: "Assumptions", blocks: factBlocks.assumptions(facts) },
      { title: "Data", blocks: [...factBlocks.data(facts), written(facts, "collection"), written(facts, "labelling")] },
      { title: "Measured", blocks: factBlocks.metrics(facts) },
      ...ifAny("Fit", factBlocks.fit(facts)),
      ...ifAny("Decisions", factBlocks.decisions(facts)),
      ...ifAny("Over the versions", factBlocks.progress(facts)),
      { title: "Slices", blocks: factBlocks.slices(facts) },
      { title: "Fairness", blocks: factBlocks.fairness(facts) },
      { title: "Robustness and privacy", blocks: factBlocks.robustness(facts) },
      { title: "Explanations", blocks: factBlocks.explanations(facts) },
      { title: "Risks", blocks: factBlocks.risk(facts) },
      { title: "Guardrails", blocks: factBlocks.guardrails(facts) },
      { title: "Gate", blocks: factBlocks.gate(facts) },
      { title: "Approvals", blocks: [...factBlocks.approvals(facts), written(facts, "oversight")] },
      { title: "Lineage", blocks: factBlocks.lineage(facts) },
    ],
  };
}

/** A part that only some records have. */
function ifAny(title: string, blocks: CardSection["blocks"]): CardSection[] {
  return blocks.length === 0 ? [] : [{ title, blocks }];
}
