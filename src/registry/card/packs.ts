import { factBlocks as fact, written } from "./fact-blocks.ts";
import type { ModelCardFacts } from "./facts.ts";
import type { CardBlock, CardPage } from "./page.ts";
import { text } from "./page.ts";
import type { CardQuestion } from "./questions.ts";

export const documentationPacks = ["sr11-7", "annex-iv"] as const;
export type DocumentationPack = (typeof documentationPacks)[number];

/**
 * A documentation pack: what the record says of a version, in the order that a supervisor reads, with what only a person can
 * write clearly asked for. It is no legal advice, and saying nothing false is not the same as being complete.
 *
 * Sources: Board of Governors of the Federal Reserve System, SR Letter 11-7, Supervisory Guidance on Model Risk Management, 2011
 * (sections IV to VI); Regulation (EU) 2024/1689, Annex IV (points 1 to 9). Headings are our own words.
 */
export function packPage(facts: ModelCardFacts, pack: DocumentationPack): CardPage {
  const name = facts.version === null ? facts.model : `${facts.model}:${facts.version}`;
  return pack === "sr11-7"
    ? {
        title: `${name}: model documentation in the order of SR 11-7`,
        lead: "Filled from the record of the version. What only a person can write is asked for.",
        sections: sr117(facts),
      }
    : {
        title: `${name}: technical documentation in the order of Annex IV`,
        lead: "Points 1 to 9 of Annex IV to Regulation (EU) 2024/1689, filled from the record of the version. What only a person can write is asked for.",
        sections: annexIv(facts),
      };
}

function sr117(facts: ModelCardFacts): CardPage["sections"] {
  const ask = (key: CardQuestion) => written(facts, key);
  return [
    section("IV. Development: purpose", fact.purpose(facts), [ask("users")], fact.outOfScope(facts)),
    section("IV. Development: method and theory", [ask("method"), ask("alternatives")]),
    section("IV. Development: data", fact.data(facts), [ask("collection"), ask("labelling")], fact.guardrails(facts)),
    section("IV. Development: assumptions", fact.assumptions(facts)),
    section(
      "IV. Development: testing",
      fact.metrics(facts),
      fact.fit(facts),
      fact.decisions(facts),
      fact.robustness(facts),
    ),
    section("IV. Implementation", [ask("interaction")], fact.lineage(facts)),
    section("IV. Use", [ask("instructions"), ask("reporting")]),
    section("IV. Uncertainty and limits", fact.limits(facts)),
    section("V. Validation: conceptual soundness", fact.explanations(facts), [ask("metrics")]),
    section("V. Validation: ongoing monitoring", [ask("monitoring")], fact.progress(facts)),
    section("V. Validation: outcomes by part of the population", fact.slices(facts), fact.fairness(facts)),
    section("V. Validation: verdict of the gate", fact.gate(facts)),
    section("VI. Governance: roles and approvals", [ask("roles")], fact.approvals(facts)),
    section("VI. Governance: risk and controls", fact.risk(facts), [ask("riskManagement"), ask("security")]),
    section("VI. Governance: inventory and changes", [ask("changes")], fact.lineage(facts)),
  ];
}

function annexIv(facts: ModelCardFacts): CardPage["sections"] {
  const ask = (key: CardQuestion) => written(facts, key);
  return [
    section("1(a) Purpose, provider and version", fact.purpose(facts), fact.outOfScope(facts)),
    section("1(b)–(g) Surroundings: systems, form, hardware, interface", [ask("interaction")]),
    section("1(h) Instructions for those who deploy it", [ask("instructions"), ask("users")]),
    section("2(a) How it was developed", fact.lineage(facts), [ask("method")]),
    section("2(b) Design, assumptions and choices", fact.assumptions(facts), fact.explanations(facts), [
      ask("alternatives"),
    ]),
    section("2(c) Architecture and computing", [
      text(
        "One program of typed operators holds every feature and the model; it runs without a network. Lineage is under 2(a).",
      ),
      ask("interaction"),
    ]),
    section("2(d) Data", fact.data(facts), [ask("collection"), ask("labelling")], fact.guardrails(facts)),
    section("2(e) Human oversight", [ask("oversight")]),
    section("2(f) Changes foreseen", [ask("changes")]),
    section(
      "2(g) Tests: accuracy, robustness, unequal effects",
      fact.metrics(facts),
      fact.fit(facts),
      fact.decisions(facts),
      fact.robustness(facts),
      fact.gate(facts),
    ),
    section("2(h) Security", [ask("security")]),
    section("3. What it can and cannot do, and for whom", fact.slices(facts), fact.fairness(facts), fact.limits(facts)),
    section("4. Why these metrics", [ask("metrics")]),
    section("5. Risk management", fact.risk(facts), [ask("riskManagement")]),
    section("6. Changes over its life", fact.progress(facts), fact.approvals(facts)),
    section("7. Standards applied", [ask("standards")]),
    section("8. Declaration of conformity", [ask("declaration")]),
    section("9. After it goes live", [ask("monitoring"), ask("reporting")]),
  ];
}

function section(title: string, ...blocks: readonly (readonly CardBlock[])[]) {
  return { title, blocks: blocks.flat() };
}
