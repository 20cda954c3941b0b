import { escapeHtml } from "#validate";
import type { DecisionChoice } from "../decisions/choose-decision.ts";
import { describeAutomation, type JudgedAutomation } from "../decisions/judge-automation.ts";
import type { LabelErrors } from "../labels/find-label-errors.ts";
import type { ErrorNode, ErrorTree } from "../slices/grow-error-tree.ts";
import { htmlTable } from "./figure.ts";
import { counted, countedOf, percent, shown } from "./shown.ts";

/** Where errors gather, as nested questions. */
export function errorTreePart({ loss, root }: ErrorTree): string {
  if (root.split === undefined) return "";
  const said = ({ rows, share, meanLoss }: ErrorNode) =>
    `${countedOf(rows, "row")} (${percent(share)}), mean ${loss} <b>${shown(meanLoss)}</b>`;
  const list = ({ split }: ErrorNode): string =>
    split === undefined
      ? ""
      : `<ul><li><code>${escapeHtml(split.name)}</code>: ${said(split.holds)}${list(split.holds)}</li><li>otherwise: ${said(split.others)}${list(split.others)}</li></ul>`;
  return `<div class="card"><h3>Where errors gather</h3><p class="soft">The questions that part rows of greater and smaller loss best; all rows: ${said(root)}.</p>${list(root)}</div>`;
}

const shownRows = 25;

/** Rows whose label the model contradicts with confidence, by their number. */
export function labelPart({ suspected, share, rows }: LabelErrors, data: string): string {
  if (suspected.length === 0) return "";
  return `<div class="card"><h3>Suspected label errors</h3><p class="soft">${counted(suspected.length)} of ${countedOf(rows, "label")} (${percent(share)}) ${suspected.length === 1 ? "contradicts" : "contradict"} what the model says with confidence. Have people look; row 1 is the first of ${escapeHtml(data)}.</p>${htmlTable(
    {
      caption: "Suspected label errors",
      header: ["row", "label", "more likely", "probability of the label"],
      rows: suspected
        .slice(0, shownRows)
        .map(({ row, label, suggested, labelScore }) => [counted(row + 1), label, suggested, percent(labelScore)]),
    },
  )}${suspected.length > shownRows ? `<p class="soft">The ${shownRows} most suspect.</p>` : ""}</div>`;
}

/** How much can be decided without people. */
export function automationPart(automation: JudgedAutomation): string {
  return `<div class="card"><h3>What can be automated</h3><p class="soft">${escapeHtml(describeAutomation(automation))}</p></div>`;
}

/** What to decide under costs and a capacity. */
export function decisionPart({
  reason,
  threshold,
  actedOnShare,
  precision,
  recall,
  meanCost,
  unbounded,
  capacityShare,
  basis,
}: DecisionChoice): string {
  const row = (
    name: string,
    one: Pick<DecisionChoice, "threshold" | "actedOnShare" | "precision" | "recall" | "meanCost">,
  ) => [
    name,
    shown(one.threshold),
    percent(one.actedOnShare),
    percent(one.precision),
    percent(one.recall),
    basis === "capacity" ? percent(one.meanCost) : shown(one.meanCost),
  ];
  return `<div class="card"><h3>${basis === "capacity" ? "Decision under the capacity" : "Decision under costs and capacity"}</h3><p class="soft">${escapeHtml(reason)}</p>${htmlTable(
    {
      caption: "Decision under costs and capacity",
      header: [
        "choice",
        "threshold",
        "acted on",
        "precision",
        "recall",
        basis === "capacity" ? "rows missed" : "mean cost",
      ],
      rows: [
        row("within the capacity", { threshold, actedOnShare, precision, recall, meanCost }),
        ...(basis === "capacity" || capacityShare === 1 ? [] : [row("without a limit", unbounded)]),
      ],
    },
  )}</div>`;
}
