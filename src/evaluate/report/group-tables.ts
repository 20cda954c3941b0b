import { escapeHtml } from "#validate";
import type { Fairness, FairnessGap } from "../fairness/model.ts";
import { metricNamed } from "../metrics/metric.ts";
import type { SliceEvaluation } from "../slices/evaluate-slices.ts";
import type { SliceSearch } from "../slices/find-worst-slices.ts";
import { htmlTable } from "./figure.ts";
import { counted, interval, percent, shown, shownMetric } from "./shown.ts";

const slicesAtMost = 60;

/** The slices that were asked for, worst first. */
export function sliceTable(slices: readonly SliceEvaluation[]): string {
  const name = slices[0]?.metric;
  if (name === undefined) return "";
  const { title } = metricNamed(name).traits;
  const kept = slices.slice(0, slicesAtMost);
  return `<div class="card"><h3>Slices asked for</h3><p class="soft">Worst first by ${escapeHtml(title)}. “Clearly worse”: the slice's whole interval lies below all rows together.</p>${htmlTable(
    {
      caption: "Slices asked for",
      header: ["slice", "rows", title, "interval", "worse than all by", "verdict"],
      rows: kept.map((slice) => {
        const { value, low, high, reason } = slice.metrics[name]!;
        return [
          slice.name,
          counted(slice.rows),
          value === null ? `– (${reason})` : shownMetric(value),
          interval(low, high),
          shownMetric(slice.gap),
          slice.clearlyWorse ? { html: '<strong class="hot">clearly worse</strong>' } : "",
        ];
      }),
    },
  )}${slices.length > kept.length ? `<p class="soft">The ${kept.length} worst of ${slices.length}.</p>` : ""}</div>`;
}

/** Where the model is worst, what to work on first. */
export function searchTable(search: SliceSearch): string {
  const { slices, tested, worse, falseDiscovery, loss, meanLoss, skipped, baseline = null } = search;
  const gap =
    baseline === null
      ? "gap"
      : `gap to ${baseline.name}, by ${baseline.loss} (“gap to baseline”; 0 where the model is the better one)`;
  const said =
    slices.length === 0
      ? `${counted(tested)} slices were compared with all other rows, and none is worse beyond chance.`
      : `${counted(tested)} slices were compared with all other rows by their ${loss} (${shown(meanLoss)} over all); ${counted(worse)} are worse, of which at most ${percent(falseDiscovery)} by chance. The first would bring most: priority is ${gap} × share of the rows × importance × ease, what the mean loss of all rows would fall by where both are 1. “Learned” is the share that the model takes off what knowing the slice alone would cost: below 0 it misjudges the slice, near 0 it tells these rows no better apart than their average does, and well above it the slice is only harder than others.`;
  const name = slices[0]?.metric.name;
  const title = name === undefined ? "" : metricNamed(name).traits.title;
  const left =
    skipped.length === 0
      ? ""
      : `<p class="soft">Not searched: ${escapeHtml(skipped.map(({ column, reason }) => `${column} (${reason})`).join(", "))}.</p>`;
  const rows = slices.map((slice) => [
    slice.name,
    counted(slice.rows),
    percent(slice.share),
    `${shown(slice.meanLoss)} / ${shown(slice.restLoss)}`,
    shown(slice.gap),
    ...(baseline === null
      ? []
      : [
          slice.baseline === undefined
            ? "–"
            : `${shown(slice.baseline.gap)} (${shown(slice.baseline.own)} / ${shown(slice.baseline.other)})`,
        ]),
    percent(slice.learned),
    slice.metric.value === null
      ? `– (${slice.metric.reason})`
      : `${shownMetric(slice.metric.value)}${slice.metric.low === null ? "" : ` (${interval(slice.metric.low, slice.metric.high)})`}`,
    shown(slice.adjustedP),
    shown(slice.importance),
    shown(slice.ease),
    { html: `<b>${shown(slice.priority)}</b>` },
  ]);
  const table = htmlTable({
    caption: "What to work on first",
    header: [
      "slice",
      "rows",
      "share",
      `${loss}: here / elsewhere`,
      "gap",
      ...(baseline === null ? [] : ["gap to baseline: model / baseline"]),
      "learned",
      title,
      "adjusted p",
      "importance",
      "ease",
      "priority",
    ],
    rows,
  });
  return `<div class="card"><h3>What to work on first</h3><p class="soft">${escapeHtml(said)}</p>${slices.length === 0 ? "" : table}${left}</div>`;
}

/** Rates of each group of a sensitive column, and how far apart they are. */
export function fairnessTable({ by, groups, smallGroups, fourFifths, ...gaps }: Fairness): string {
  const rate = (one: { value: number | null; low: number | null; high: number | null; reason?: string }) =>
    one.value === null
      ? `– (${one.reason})`
      : `${percent(one.value)}${one.low === null ? "" : ` (${interval(one.low, one.high, percent)})`}`;
  const gapRow = (title: string, gap: FairnessGap) => [
    title,
    gap.difference === null ? `– (${gap.reason})` : percent(gap.difference),
    interval(gap.low, gap.high, percent),
    gap.ratio?.toFixed(3) ?? "–",
    gap.greatest === null ? "" : `${gap.greatest} over ${gap.least}`,
  ];
  const rule =
    fourFifths === null
      ? ""
      : `<p>Four-fifths rule: <strong${fourFifths ? "" : ' class="hot"'}>${fourFifths ? "kept" : "not kept"}</strong>.</p>`;
  const small =
    smallGroups === 0
      ? ""
      : `<p class="soft">${smallGroups === 1 ? "One group has" : `${smallGroups} groups have`} too few rows to compare by: shown, and left out of the gaps.</p>`;
  return `<div class="card"><h3>By ${escapeHtml(by)}</h3>${htmlTable({
    caption: `Groups of ${by}`,
    header: ["group", "rows", "selected", "true positive rate", "false positive rate", "precision", "accuracy", "note"],
    rows: groups.map(({ name, rows, rates, small: few }) => [
      name,
      counted(rows),
      rate(rates.selectionRate),
      rate(rates.truePositiveRate),
      rate(rates.falsePositiveRate),
      rate(rates.precision),
      rate(rates.accuracy),
      few ? "few rows" : "",
    ]),
  })}${htmlTable({
    caption: `Gaps between the groups of ${by}`,
    header: ["gap", "difference", "interval", "ratio", "between"],
    rows: [
      gapRow("selection (demographic parity)", gaps.demographicParity),
      gapRow("true positives (equal opportunity)", gaps.equalOpportunity),
      gapRow("false positives", gaps.falsePositives),
    ],
  })}${rule}${small}</div>`;
}
