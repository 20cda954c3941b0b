import { SimpleGrid, Text } from "@mantine/core";
import { formatMilliseconds } from "../../format/durations.ts";
import { count, formatNumber, formatPercent } from "../../format/numbers.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { Card } from "../../parts/page.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { type MonitoredWindow, windowName } from "./windows.ts";

/** One window in words: what was found in it, most important first. */
export function WindowCard(props: { window: MonitoredWindow; choice: React.ReactNode }) {
  const { window } = props;
  const drifted = window.columns.filter((column) => column.drifted).length;
  return (
    <Card
      title={
        <span style={{ display: "inline-flex", gap: 10, alignItems: "center", flexWrap: "wrap" }}>
          Window {windowName(window)} <StateBadge state={window.verdict} />
        </span>
      }
      aside={props.choice}
      pad={false}
    >
      <div className="pad">
        <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="md">
          <Fact name="Rows" value={formatNumber(window.rows)} note={`against ${formatNumber(window.referenceRows)}`} />
          <Fact name="Drifted" value={`${drifted} / ${window.columns.length}`} note="columns" />
          <Fact
            name="Outcomes known"
            value={formatPercent(window.labels.coverage)}
            note={
              window.labels.medianDelayMs === null
                ? "no delay known"
                : `after ${formatMilliseconds(window.labels.medianDelayMs)} (median)`
            }
          />
          <Fact
            name="Predictions"
            value={window.prediction.drifted ? "drifted" : "steady"}
            note={
              window.prediction.positiveRate === null
                ? ""
                : `${formatPercent(window.prediction.positiveRate.current)} positive`
            }
          />
        </SimpleGrid>
      </div>
      {(window.champion !== null || window.trigger?.fire === true) && (
        <Text size="sm" px="md" pb="sm" c="dimmed" component="div">
          {window.champion !== null && `Judged against ${window.champion}. `}
          {window.trigger?.fire === true && `Retraining was asked for: ${window.trigger.reasons.join(" ")}`}
          {window.trigger?.heldBack != null && `Retraining was held back: ${window.trigger.heldBack}`}
        </Text>
      )}
      {window.findings.length > 0 && (
        <ul className="rows" style={{ borderTop: "1px solid var(--line)" }}>
          {window.findings.slice(0, 8).map((finding) => (
            <li key={finding.key}>
              <span style={{ width: 102, flex: "none" }}>
                <StateBadge state={finding.severity} />
              </span>
              <Text size="sm" style={{ minWidth: 0, overflowWrap: "anywhere" }}>
                {finding.sentence}
              </Text>
            </li>
          ))}
        </ul>
      )}
      {window.findings.length > 8 && (
        <Text size="xs" c="dimmed" px="md" pb="sm">
          and {count(window.findings.length - 8, "more finding")}
        </Text>
      )}
      <details style={{ padding: "8px 16px 12px", borderTop: "1px solid var(--line)" }}>
        <summary style={{ cursor: "pointer", fontSize: "0.85rem" }}>Software</summary>
        <div style={{ marginTop: 8 }}>
          <JsonView value={window.software} />
        </div>
      </details>
    </Card>
  );
}

function Fact(props: { name: string; value: string; note: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {props.name}
      </Text>
      <Text fz="1.15rem" fw={620} className="numbers">
        {props.value}
      </Text>
      <Text size="xs" c="dimmed">
        {props.note}
      </Text>
    </div>
  );
}
