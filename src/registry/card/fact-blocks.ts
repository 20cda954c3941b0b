import { describeAttacks, describeExtraction } from "#evaluate";
import { countOf, isoTime } from "#kernel";
import type { ModelCardFacts } from "./facts.ts";
import { measuredBlocks } from "./measured-blocks.ts";
import { type CardBlock, figure, interval, list, notRecorded, percent, table, text } from "./page.ts";
import { type CardQuestion, cardQuestions } from "./questions.ts";

/** What the record says on one subject, as blocks; the card and the packs put them in their own order. */
export const factBlocks = {
  purpose: (facts: ModelCardFacts): CardBlock[] => [
    text(`Predicts \`${facts.target}\` (${facts.task}). Owner: ${facts.owner}. Risk tier: ${facts.riskTier}.`),
    facts.intendedUse === ""
      ? { kind: "ask", question: "What is decided with it, and by whom?", key: "intendedUse" }
      : text(facts.intendedUse),
  ],
  outOfScope: ({ outOfScope = [] }: ModelCardFacts): CardBlock[] =>
    outOfScope.length === 0
      ? [{ kind: "ask", question: "What must it not be used for?", key: "card.outOfScope" }]
      : [{ kind: "list", items: outOfScope.map((one) => `Not for: ${one}`) }],
  limits: ({ limits = [] }: ModelCardFacts): CardBlock[] => [
    ...(limits.some(({ from }) => from === "written")
      ? []
      : [{ kind: "ask", question: "When should nobody trust it?", key: "card.limits" } as const]),
    ...(limits.length === 0
      ? []
      : [
          {
            kind: "list",
            items: limits.map(({ limit, from }) => (from === "record" ? `${limit} (from the record)` : limit)),
          } as const,
        ]),
  ],
  assumptions: ({ assumptions }: ModelCardFacts): CardBlock[] =>
    assumptions.length === 0
      ? [{ kind: "ask", question: "What must be true of the world for its answers to be right?", key: "assumptions" }]
      : [
          table(
            ["assumption", "owner", "state", "evidence"],
            assumptions.map(({ statement, owner, state, evidence }) => [statement, owner, state, evidence]),
          ),
        ],
  data: ({ data }: ModelCardFacts): CardBlock[] => [
    table(
      ["data set", "one row is", "rows", "period", "source", "owner", "licence", "content"],
      data.map((one) => [one.name, one.meaning, one.rows, one.period, one.source, one.owner, one.licence, one.content]),
    ),
  ],
  ...measuredBlocks,
  fairness: ({ fairness = [], written = {}, guardrails }: ModelCardFacts): CardBlock[] =>
    fairness.length === 0
      ? [
          notRecorded,
          // Where sensitive columns are named, the groups can be measured; else a person says why there are none.
          ...(guardrails.some(({ name }) => name === "sensitive")
            ? []
            : [written.withoutSensitive === undefined ? ask("withoutSensitive") : text(written.withoutSensitive)]),
        ]
      : fairness.flatMap(
          ({ by, groups, demographicParity, equalOpportunity, equalisedOdds, fourFifths, smallGroups }) => [
            text(
              `By ${by}: selection rates differ by ${figure(demographicParity.difference)}, true positive rates by ${figure(equalOpportunity.difference)}, odds by ${figure(equalisedOdds.difference)}; four fifths rule: ${fourFifths === null ? "not defined" : fourFifths ? "kept" : "broken"}.${smallGroups > 0 ? ` ${countOf(smallGroups, "group")} with too few rows to compare.` : ""}`,
            ),
            table(
              ["group", "rows", "selected", "true positives", "false positives", "precision", "score − share"],
              groups.map(({ name, rows, small, rates, calibration }) => [
                small ? `${name} (few rows)` : name,
                rows,
                rates.selectionRate.value,
                rates.truePositiveRate.value,
                rates.falsePositiveRate.value,
                rates.precision.value,
                calibration.bias,
              ]),
            ),
          ],
        ),
  robustness: ({
    robustness = [],
    behaviours = [],
    membership = null,
    extraction = null,
    attacks,
  }: ModelCardFacts): CardBlock[] => [
    ...(membership === null
      ? []
      : [
          text(
            `Privacy: somebody who knows a row and its answer tells whether it was learned from with an advantage of ${figure(membership.advantage)} over guessing (0 nothing, 1 everything; up to ${figure(membership.chance)} may be chance; ${countOf(membership.members, "row")} learned from, ${membership.others} not).`,
          ),
        ]),
    ...(extraction === null ? [] : [list(describeExtraction(extraction).map((line) => `Privacy: ${line}`))]),
    table(
      ["fault in the rows", "before", "after", "loss", "95 % interval", "other decisions"],
      robustness.map((one) => [
        one.fault,
        one.before,
        one.after,
        one.loss,
        interval(one.low, one.high),
        one.changedDecisions === null ? "–" : percent(one.changedDecisions),
      ]),
    ),
    ...(attacks === undefined ? [] : [text("Under attack:"), list(describeAttacks(attacks))]),
    ...(behaviours.length === 0
      ? []
      : [
          text("Promised behaviours:"),
          list(behaviours.map(({ name, passed, evidence }) => `${passed ? "kept" : "broken"}: ${name}: ${evidence}`)),
        ]),
  ],
  explanations: ({ importances = [], effects = [], metrics, surrogate = null }: ModelCardFacts): CardBlock[] => {
    const shown = importances.slice(0, 12);
    if (shown.length === 0) return [notRecorded];
    return [
      text("What the metric loses when one input is shuffled. Inputs that say the same hide each other."),
      {
        kind: "bars",
        label: "loss of the metric",
        bars: shown.map(({ input, loss }) => ({ name: input, value: loss })),
      },
      table(
        ["input", "loss", "95 % interval"],
        shown.map(({ input, loss, low, high }) => [input, loss, interval(low, high)]),
      ),
      ...(surrogate === null || surrogate.rules.length === 0
        ? []
        : [
            text(
              `A small tree tells ${surrogate.fidelity === null ? "–" : percent(surrogate.fidelity)} of the variance of the scores, on ${surrogate.rows} rows that it did not see${surrogate.fidelity !== null && surrogate.fidelity < 0.8 ? "; so few rules are not true of this model" : ""}:`,
            ),
            list(surrogate.rules),
          ]),
      ...(metrics.length === 0 || effects.length === 0
        ? []
        : [
            text("Mean score with one input set to a value in all rows (of the last class, where there are several):"),
            table(
              ["input", "value → mean score"],
              effects.map(({ input, points }) => [
                input,
                points
                  .map(
                    ({ value, effect }) =>
                      `${typeof value === "number" ? figure(value) : value} → ${figure(effect.at(-1))}`,
                  )
                  .join(", "),
              ]),
            ),
          ]),
    ];
  },
  guardrails: ({ guardrails }: ModelCardFacts): CardBlock[] => [
    list(
      guardrails.map(
        (one) =>
          `${one.verdict}: ${one.name}${one.column === undefined ? "" : ` on \`${one.column}\``}: ${one.evidence}`,
      ),
    ),
  ],
  gate: ({ gate }: ModelCardFacts): CardBlock[] =>
    gate === null
      ? [notRecorded]
      : [
          text(gate.passed ? "Passed." : "Refused."),
          table(
            ["check", "verdict", "evidence, and what would have to change"],
            gate.checks.map(({ passed, name, evidence, next }) => [
              name,
              passed ? "passed" : "refused",
              `${evidence}${passed || next === undefined ? "" : ` → ${next}`}`,
            ]),
          ),
        ],
  risk: ({ risk = [], riskTier }: ModelCardFacts): CardBlock[] => [
    text(`Risk tier: ${riskTier}.`),
    ...(risk.some(({ answer }) => answer !== null)
      ? [
          table(
            ["question", "answer", "severity", "evidence"],
            risk.flatMap(({ question, answer, severity, evidence }) =>
              answer === null ? [] : [[question, answer, severity, evidence]],
            ),
          ),
        ]
      : []),
    ...risk.flatMap(({ question, answer }): CardBlock[] =>
      answer === null ? [{ kind: "ask", question, key: "risk" }] : [],
    ),
    ...(risk.length === 0
      ? [{ kind: "ask", question: "What could go wrong, and how bad would it be?", key: "risk" } as const]
      : []),
  ],
  approvals: ({ standing }: ModelCardFacts): CardBlock[] =>
    standing === undefined
      ? [notRecorded]
      : [
          text(
            `Stage: ${standing.stage}. ${standing.aliases.length === 0 ? "No alias points at it." : `Aliases: ${standing.aliases.map((alias) => `@${alias}`).join(", ")}.`} ${standing.approval}`,
          ),
          ...(standing.words.length === 0
            ? []
            : [
                table(
                  ["when", "who", "what", "why"],
                  standing.words.map(({ atMs, by, said, reason }) => [minuteOf(atMs), by, said, reason]),
                ),
              ]),
        ],
  lineage: ({ lineage, createdMs }: ModelCardFacts): CardBlock[] => [
    text(`Made ${minuteOf(createdMs)}.`),
    list(Object.entries(lineage).map(([name, id]) => `${name}: \`${id}\``)),
  ],
} as const;

/** `2026-03-01 12:30 UTC`. */
export function minuteOf(ms: number): string {
  return `${isoTime(ms).slice(0, 16).replace("T", " ")} UTC`;
}

/** A person's answer, or the question. */
export function written(facts: ModelCardFacts, key: CardQuestion): CardBlock {
  const answer = facts.written?.[key];
  return answer === undefined ? ask(key) : text(answer);
}

function ask(key: CardQuestion): CardBlock {
  return { kind: "ask", question: cardQuestions[key].asked, key: `card.${key}` };
}
