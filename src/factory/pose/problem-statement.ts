import type { Proposal } from "../propose/propose-problem.ts";
import { isUsual, type Period, type ProblemAnswers, problemQuestions, proposedAnswers } from "./answers.ts";
import type { EarlierFactory } from "./earlier-factories.ts";
import type { Feasibility } from "./judge-feasibility.ts";

export const problemName = "problem.json";

/** Something that must be reached, and how a machine sees that it is. */
export interface Milestone {
  readonly name: string;
  readonly owner: string | null;
  readonly date: string | null;
  readonly reached:
    | { readonly when: "registered" }
    | { readonly when: "metrics"; readonly atLeast: Readonly<Record<string, number>> }
    | { readonly when: "serving" };
}

/** The problem as it was posed: what should work better, by which figure, with what; versioned beside the config. */
export interface ProblemStatement {
  readonly format: 1;
  readonly version: number;
  readonly name: string;
  readonly kpi: NonNullable<ProblemAnswers["kpi"]> | null;
  readonly decision: {
    readonly decision: string | null;
    readonly by: string | null;
    readonly perYear: number | null;
    readonly today: string | null;
    /** What is known at the moment of the decision. */
    readonly inputs: readonly string[];
    /** What is done when the prediction calls for it. */
    readonly action: string | null;
    readonly outcome: string;
    readonly unit: string | null;
  };
  readonly learning: {
    readonly task: string;
    readonly target: string;
    readonly positive: string | number | boolean | null;
    readonly metric: string;
    readonly split: string;
    /** Rows of one group are never on both sides of the split. */
    readonly group: string | null;
    readonly knownAfter: readonly string[];
    readonly baseline: string;
  };
  readonly success: readonly { readonly metric: string; readonly atLeast: number; readonly why: string }[];
  readonly alternatives: readonly { readonly name: string; readonly verdict: string }[];
  /** What factories of the same kind reached on this machine. */
  readonly earlier: readonly EarlierFactory[];
  readonly feasibility: Feasibility;
  readonly retraining: {
    readonly everyHours: number | null;
    readonly windowDays: number | null;
    readonly labelling: string;
  };
  readonly resources: {
    readonly rows: number;
    /** Rows whose outcome is known. */
    readonly labelled: number;
    readonly columns: number;
    /** Data that would help and are not at hand. */
    readonly wanted: readonly string[];
    readonly people: string | null;
    readonly owner: string | null;
    readonly deadline: string | null;
    readonly money: string | null;
  };
  readonly milestones: readonly Milestone[];
  /** Questions that nobody has answered. */
  readonly open: readonly string[];
}

const hoursOf: Readonly<Record<Period, number>> = { hours: 1, days: 24, weeks: 168, months: 720, years: 8760 };

/** How much there is to learn from. */
export interface DataAtHand {
  readonly rows: number;
  readonly labelled: number;
  /** What may be learned from. */
  readonly inputs: readonly string[];
}

/** The statement of one problem, from what the data show and what a person answered. */
export function poseProblem(
  name: string,
  version: number,
  { rows, labelled, inputs }: DataAtHand,
  proposal: Proposal,
  feasibility: Feasibility,
  answers: ProblemAnswers,
  earlier: readonly EarlierFactory[] = [],
): ProblemStatement {
  const { owner = null, deadline = null, money, currency, milestones } = answers;
  const metric = proposal.metric.value;
  const said = Object.entries(answers.success).map(([one, atLeast]) => ({
    metric: one,
    atLeast,
    why: "a person said so",
  }));
  const success = said.length > 0 ? said : leastSuccess(metric, feasibility);
  const milestone = (what: string, step: string, reached: Milestone["reached"]): Milestone => {
    const told = milestones.find(({ name }) => name === step);
    return { name: what, owner: told?.owner ?? owner, date: told?.date ?? deadline, reached };
  };
  return {
    format: 1,
    version,
    name,
    kpi: answers.kpi ?? null,
    decision: {
      decision: answers.decision ?? null,
      by: answers.decidedBy ?? null,
      perYear: answers.perYear ?? null,
      today: answers.today ?? null,
      inputs,
      action: answers.action ?? null,
      outcome: proposal.target.value,
      unit: answers.unit ?? null,
    },
    learning: {
      task: proposal.task.value,
      target: proposal.target.value,
      positive: proposal.positive?.value ?? null,
      metric,
      split: proposal.split.value,
      group: proposal.group?.value ?? null,
      knownAfter: answers.knownAfter,
      baseline: "what is known without a model: the share of each class, or the mean",
    },
    success,
    alternatives: alternativesOf(proposal, feasibility),
    earlier,
    feasibility,
    retraining: proposeRetraining(answers),
    resources: {
      rows,
      labelled,
      columns: inputs.length,
      wanted: answers.wanted,
      people: answers.people ?? null,
      owner,
      deadline,
      money: money === undefined ? null : `${money} ${currency}`,
    },
    milestones: [
      milestone("A model that is better than the baseline", "better", { when: "registered" }),
      ...(said.length === 0
        ? []
        : [milestone("A model that is good enough", "good enough", { when: "metrics", atLeast: answers.success })]),
      ...milestones
        .filter(({ name }) => !isUsual(name))
        .map(({ name, metrics = {} }) => milestone(name, name, { when: "metrics", atLeast: metrics })),
      milestone("A model in use", "in use", { when: "serving" }),
    ],
    open: problemQuestions(proposal.task.value)
      .filter(({ key }) => !proposedAnswers.includes(key) && (answers[key] === undefined || isEmpty(answers[key])))
      .map(({ question }) => question),
  };
}

/** What a model must reach at least where nobody said more: the gate holds every version to it, beyond chance. */
function leastSuccess(metric: string, { evidence }: Feasibility): ProblemStatement["success"] {
  const baseline = evidence?.baseline;
  if (baseline == null) return [];
  return [
    { metric, atLeast: Number(baseline.toPrecision(4)), why: "proposed: better than without a model, beyond chance" },
  ];
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function alternativesOf(proposal: Proposal, { verdict, evidence }: Feasibility): ProblemStatement["alternatives"] {
  const tried = evidence?.oneColumn;
  const rule =
    tried == null
      ? "not tried"
      : `${tried.column} alone reaches ${tried.score === null ? "no score" : Number(tried.score.toPrecision(3))}`;
  const kind = { binary: "classify", multiclass: "classify", regression: "estimate a number" }[proposal.task.value];
  const short = (one: number) => String(Number(one.toPrecision(3)));
  const reached =
    evidence?.score == null || evidence.interval === null
      ? ""
      : `, with ${evidence.metric} ${short(evidence.score)} (${short(evidence.interval[0])} to ${short(evidence.interval[1])}) after three trials`;
  const without = evidence?.baseline == null ? "" : `, with ${evidence.metric} ${short(evidence.baseline)}`;
  return [
    {
      name: kind,
      verdict: `${{ go: "proposed", rule: "possible", gather: "later", no: "advised against" }[verdict]}${reached}`,
    },
    ...(proposal.task.value === "binary"
      ? [{ name: "rank", verdict: "the same model; take as many from the top as can be acted on" }]
      : []),
    ...(proposal.time === undefined
      ? []
      : [{ name: "forecast", verdict: `possible: the rows have a time (${proposal.time.value})` }]),
    { name: "a rule", verdict: verdict === "rule" ? `proposed: ${rule}` : rule },
    {
      name: "no model",
      verdict: `${verdict === "no" ? "proposed" : verdict === "gather" ? "until there are more rows" : "not proposed"}${without}`,
    },
  ];
}

/** How often to learn again, from how much, and where answers come from: by how fast the truth changes and how late it is known. */
export function proposeRetraining({
  truthChanges,
  truthKnownAfterDays,
}: ProblemAnswers): ProblemStatement["retraining"] {
  if (truthChanges === undefined)
    return {
      everyHours: null,
      windowDays: null,
      labelling: "Not known: how fast does the truth change, and when is it known?",
    };
  const hours = hoursOf[truthChanges];
  const late = (truthKnownAfterDays ?? 0) * 24;
  const labelling =
    late > hours
      ? `What was true is known after ${truthKnownAfterDays} days, later than it changes (${truthChanges}): let people label a sample of each period.`
      : "Wait for what was true: it is known before it changes.";
  // Sooner than answers come there is nothing new to learn.
  const everyHours = Math.max(hours, late > hours ? hours : late);
  return { everyHours, windowDays: Math.ceil((12 * hours) / 24), labelling };
}
